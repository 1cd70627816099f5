#pragma once
#include <stddef.h>
#include <stdint.h>

// sentencepiece for Swift, which can't catch what C++ throws. A model is never changed once it is open, so that several
// threads may use it.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csp_model csp_model;

/// Reads a serialized ModelProto.
/// @return NULL where it can't be read; `problem` is then the reason, to be freed, or NULL without memory.
csp_model *csp_open(const void *bytes, size_t count, char **problem);
void csp_close(csp_model *model);

int csp_size(const csp_model *model);
/// The id of a piece that is written so, the unknown one's where there is none.
int csp_id(const csp_model *model, const char *piece, size_t count);
/// Ids, -1 where the model has no such piece.
int csp_unknown(const csp_model *model);
int csp_end(const csp_model *model);
/// A piece, which lives as long as the model, and its score. The id is below the size.
const char *csp_piece(const csp_model *model, int id, size_t *count);
float csp_score(const csp_model *model, int id);
/// Whether a piece is never found in texts.
int csp_is_special(const csp_model *model, int id);

/// The ids of a text, UTF-8; NULL where it has none or they can't be found. To be freed.
int32_t *csp_encode(const csp_model *model, const char *text, size_t length, size_t *count);
/// The text of ids, each below the size; NULL where it can't be made. To be freed.
char *csp_decode(const csp_model *model, const int32_t *ids, size_t count, size_t *length);

#ifdef __cplusplus
}
#endif
