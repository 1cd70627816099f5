// A graph of neighbours among unit rows (HNSW), by hnswlib, for Swift: no exception leaves it, and no number of a stored graph is
// used before it is checked.
//
// The graph holds the rows' addresses. What can fail gives NULL or -1 and writes why to `problem`, of
// `room` bytes.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

typedef struct cn_graph cn_graph;

// Unit rows that lie one after another in `count` pieces of memory, of which piece i begins with row starts[i]; they outlive the graph.
typedef struct {
  const float *const *pieces;
  const size_t *starts;
  size_t count, rows, width;
} cn_rows;

// A graph that has room for all rows and none of them yet. links: how many neighbours a row keeps, twice as many in the lowest layer;
// effort: how many candidates are looked at for a new row.
cn_graph *_Nullable cn_make(cn_rows rows, size_t links, size_t effort, size_t seed, char *problem, size_t room);
void cn_free(cn_graph *_Nullable graph);

// How many rows are in it: always the first ones, once all threads are back from cn_add.
size_t cn_count(const cn_graph *graph);
size_t cn_links(const cn_graph *graph);
size_t cn_effort(const cn_graph *graph);

// Adds rows, none of which is in it. Several threads may add at once, but not while others search or write.
int cn_add(cn_graph *graph, size_t first, size_t last, char *problem, size_t room);

// The nearest rows of one query, from the nearest, at most k; returns how many. Several threads may search at once.
long cn_search(const cn_graph *graph, const float *query, size_t k, size_t effort, uint32_t *rows, float *scores,
               char *problem, size_t room);

// The graph without the rows: little-endian words of 32 bits, see neighbours.cpp.
size_t cn_words(const cn_graph *graph);
void cn_write(const cn_graph *graph, uint32_t *words);
// As cn_make, of what cn_write wrote, whoever gives it.
cn_graph *_Nullable cn_read(cn_rows rows, const uint32_t *words, size_t count, size_t seed, char *problem, size_t room);

#pragma clang diagnostic pop
#ifdef __cplusplus
}
#endif
