#include "kernels.h"
#include "neighbours.h"

// hnswlib fetches what lies a word past a list, which the address sanitizer takes for a fault.
#if __has_feature(address_sanitizer)
#define NO_MANUAL_VECTORIZATION
#endif
// Debian's libhnswlib-dev. Its own products pick their instructions when they are compiled; ours, where they run.
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using Graph = hnswlib::HierarchicalNSW<float>;
using hnswlib::tableint;

constexpr size_t most_links = 256, most_effort = 1 << 16, most_rows = INT32_MAX;

const float *row_at(const void *element) {
  const float *row;
  // Elements lie close, whatever the alignment of an address.
  memcpy(&row, element, sizeof row);
  return row;
}

// Distances of unit rows: 1 - cosine. An element's data is the address of its row.
class Space : public hnswlib::SpaceInterface<float> {
  float (*dot)(const float *, const float *, size_t);
  size_t width;

  static float distance(const void *a, const void *b, const void *self) {
    const auto *space = static_cast<const Space *>(self);
    return 1 - space->dot(row_at(a), row_at(b), space->width);
  }

public:
  explicit Space(size_t width) : dot(ck_kernels_at_hand()->dot), width(width) {}
  size_t get_data_size() override { return sizeof(const float *); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
  void *get_dist_func_param() override { return this; }
};

void say(char *problem, size_t room, const char *what) { snprintf(problem, room, "%s", what); }

// What a graph begins with, as words: then rows [rows] by their place in the graph; layers [rows], how many each has above the
// lowest; links [rows][1 + 2 * links] of the lowest layer, first how many, and [layers][1 + links] of the others, row by row.
struct Head {
  uint32_t width, links, effort, rows, entry, layers;
};
constexpr size_t head_words = sizeof(Head) / sizeof(uint32_t);

} // namespace

struct cn_graph {
  Space space;
  std::vector<const float *> pieces;
  std::vector<size_t> starts;
  size_t width;
  Graph graph;

  cn_graph(cn_rows rows, size_t links, size_t effort, size_t seed)
      : space(rows.width), pieces(rows.pieces, rows.pieces + rows.count), starts(rows.starts, rows.starts + rows.count),
        width(rows.width), graph(&space, rows.rows, links, effort, seed) {}

  const float *row(size_t number) const {
    const size_t piece = std::upper_bound(starts.begin(), starts.end(), number) - starts.begin() - 1;
    return pieces[piece] + (number - starts[piece]) * width;
  }
  size_t lowest() const { return 1 + graph.maxM0_; }
  size_t upper() const { return 1 + graph.maxM_; }

  void take(const uint32_t *words, size_t count);
  void take_links(uint32_t *to, const uint32_t *from, size_t most, tableint of, uint32_t layer) const;
};

// Throws unless the links are the row's own: fewer than there is room for, each to another row that has the layer.
void cn_graph::take_links(uint32_t *to, const uint32_t *from, size_t most, tableint of, uint32_t layer) const {
  if (from[0] > most) throw std::runtime_error("a row has more links than there is room for");
  for (size_t i = 1; i <= from[0]; i++) {
    if (from[i] >= graph.cur_element_count || from[i] == of) throw std::runtime_error("a link leads to no other row");
    if (static_cast<uint32_t>(graph.element_levels_[from[i]]) < layer)
      throw std::runtime_error("a link leads to a row without that layer");
  }
  memcpy(to, from, (1 + most) * sizeof(uint32_t));
}

void cn_graph::take(const uint32_t *words, size_t count) {
  Head head;
  memcpy(&head, words, sizeof head);
  const size_t rows = head.rows, plain = head_words + rows * (2 + lowest());
  if (count < plain) throw std::runtime_error("it is too short for its rows");
  const uint32_t *labels = words + head_words, *layers = labels + rows, *links = layers + rows;
  size_t above = 0;
  uint32_t highest = 0;
  for (size_t i = 0; i < rows; i++) {
    if (layers[i] > 64) throw std::runtime_error("a row has too many layers");
    above += layers[i];
    highest = layers[i] > highest ? layers[i] : highest;
  }
  if (count - plain != above * upper()) throw std::runtime_error("its size isn't that of its layers");
  if (rows == 0) return;
  if (head.entry >= rows || head.layers != highest || layers[head.entry] != highest)
    throw std::runtime_error("its entry isn't a row of the highest layer");

  std::vector<bool> seen(rows);
  // hnswlib frees the upper layers of as many rows as it counts: counted one by one, so that a fault leaves none too many.
  for (size_t i = 0; i < rows; i++) {
    if (labels[i] >= rows || seen[labels[i]]) throw std::runtime_error("it doesn't name each row once");
    seen[labels[i]] = true;
    if (layers[i] > 0) {
      graph.linkLists_[i] = static_cast<char *>(calloc(layers[i] * graph.size_links_per_element_ + 8, 1));
      if (!graph.linkLists_[i]) throw std::bad_alloc();
    }
    graph.element_levels_[i] = static_cast<int>(layers[i]);
    graph.cur_element_count = i + 1;
    memset(graph.get_linklist0(i), 0, graph.size_data_per_element_);
    const float *address = row(labels[i]);
    memcpy(graph.getDataByInternalId(i), &address, sizeof address);
    graph.setExternalLabel(i, labels[i]);
  }
  graph.enterpoint_node_ = head.entry;
  graph.maxlevel_ = static_cast<int>(highest);
  const uint32_t *next = links + rows * lowest();
  for (tableint i = 0; i < rows; i++) {
    take_links(graph.get_linklist0(i), links + i * lowest(), graph.maxM0_, i, 0);
    for (uint32_t layer = 1; layer <= layers[i]; layer++, next += upper())
      take_links(graph.get_linklist(i, static_cast<int>(layer)), next, graph.maxM_, i, layer);
  }
}

cn_graph *cn_make(cn_rows rows, size_t links, size_t effort, size_t seed, char *problem, size_t room) try {
  if (links < 2 || links > most_links || effort < 1 || effort > most_effort || rows.rows > most_rows)
    throw std::runtime_error("its links, its effort or its rows are out of range");
  return new cn_graph(rows, links, effort, seed);
} catch (const std::exception &error) {
  say(problem, room, error.what());
  return nullptr;
} catch (...) {
  say(problem, room, "hnswlib failed");
  return nullptr;
}

void cn_free(cn_graph *graph) { delete graph; }

size_t cn_count(const cn_graph *graph) { return graph->graph.cur_element_count; }
size_t cn_links(const cn_graph *graph) { return graph->graph.M_; }
size_t cn_effort(const cn_graph *graph) { return graph->graph.ef_construction_; }

// Threads draw their rows' layers from one generator without a lock, as in hnswlib's own Python: a torn draw is a draw too.
int cn_add(cn_graph *graph, size_t first, size_t last, char *problem, size_t room) try {
  for (size_t row = first; row < last; row++) {
    const float *address = graph->row(row);
    graph->graph.addPoint(&address, row);
  }
  return 0;
} catch (const std::exception &error) {
  say(problem, room, error.what());
  return -1;
} catch (...) {
  say(problem, room, "hnswlib failed");
  return -1;
}

// hnswlib's own searchKnn counts its hops in one place for all threads, and takes its effort from the graph.
long cn_search(const cn_graph *graph, const float *query, size_t k, size_t effort, uint32_t *rows, float *scores,
               char *problem, size_t room) try {
  const Graph &links = graph->graph;
  if (links.cur_element_count == 0) return 0;
  const auto distance = [&](tableint element) {
    return links.fstdistfunc_(&query, links.getDataByInternalId(element), links.dist_func_param_);
  };
  tableint at = links.enterpoint_node_;
  float nearest = distance(at);
  for (int layer = links.maxlevel_; layer > 0; layer--) {
    for (bool changed = true; changed;) {
      changed = false;
      const auto *list = links.get_linklist(at, layer);
      const size_t count = links.getListCount(const_cast<hnswlib::linklistsizeint *>(list));
      for (size_t i = 1; i <= count; i++) {
        const float found = distance(list[i]);
        if (found < nearest) {
          nearest = found;
          at = list[i];
          changed = true;
        }
      }
    }
  }
  auto found = links.searchBaseLayerST<false>(at, &query, effort > k ? effort : k);
  while (found.size() > k) found.pop();
  const long count = static_cast<long>(found.size());
  for (long i = count; i-- > 0; found.pop()) {
    rows[i] = static_cast<uint32_t>(links.getExternalLabel(found.top().second));
    scores[i] = 1 - found.top().first;
  }
  return count;
} catch (const std::exception &error) {
  say(problem, room, error.what());
  return -1;
} catch (...) {
  say(problem, room, "hnswlib failed");
  return -1;
}

size_t cn_words(const cn_graph *graph) {
  size_t above = 0;
  for (size_t i = 0; i < graph->graph.cur_element_count; i++) above += graph->graph.element_levels_[i];
  return head_words + graph->graph.cur_element_count * (2 + graph->lowest()) + above * graph->upper();
}

void cn_write(const cn_graph *graph, uint32_t *words) {
  const Graph &links = graph->graph;
  const size_t rows = links.cur_element_count;
  const Head head = {static_cast<uint32_t>(graph->width), static_cast<uint32_t>(links.M_),
                     static_cast<uint32_t>(links.ef_construction_), static_cast<uint32_t>(rows),
                     rows ? links.enterpoint_node_ : 0, rows ? static_cast<uint32_t>(links.maxlevel_) : 0};
  memcpy(words, &head, sizeof head);
  uint32_t *labels = words + head_words, *layers = labels + rows, *lowest = layers + rows;
  uint32_t *next = lowest + rows * graph->lowest();
  // Words behind the last link are what was linked before.
  const auto write = [](uint32_t *to, const uint32_t *from, size_t most) {
    const size_t count = from[0] < most ? from[0] : most;
    memcpy(to, from, (1 + count) * sizeof(uint32_t));
    memset(to + 1 + count, 0, (most - count) * sizeof(uint32_t));
  };
  for (tableint i = 0; i < rows; i++) {
    labels[i] = static_cast<uint32_t>(links.getExternalLabel(i));
    layers[i] = static_cast<uint32_t>(links.element_levels_[i]);
    write(lowest + i * graph->lowest(), links.get_linklist0(i), links.maxM0_);
    for (uint32_t layer = 1; layer <= layers[i]; layer++, next += graph->upper())
      write(next, links.get_linklist(i, static_cast<int>(layer)), links.maxM_);
  }
}

cn_graph *cn_read(cn_rows rows, const uint32_t *words, size_t count, size_t seed, char *problem, size_t room) try {
  Head head;
  if (count < head_words) throw std::runtime_error("it is too short");
  memcpy(&head, words, sizeof head);
  if (head.width != rows.width) throw std::runtime_error("its rows have another width");
  if (head.links < 2 || head.links > most_links || head.effort < 1 || head.effort > most_effort)
    throw std::runtime_error("its links or its effort are out of range");
  if (head.rows > rows.rows || rows.rows > most_rows) throw std::runtime_error("it has more rows than are stored");
  std::unique_ptr<cn_graph> graph(new cn_graph(rows, head.links, head.effort, seed + head.rows));
  graph->take(words, count);
  return graph.release();
} catch (const std::exception &error) {
  say(problem, room, error.what());
  return nullptr;
} catch (...) {
  say(problem, room, "hnswlib failed");
  return nullptr;
}
