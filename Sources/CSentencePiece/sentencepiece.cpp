#include "CSentencePiece.h"

#include <sentencepiece_processor.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

struct csp_model {
  sentencepiece::SentencePieceProcessor processor;
};

// A copy for C, ended by a zero; NULL without memory.
static char *copy(const char *bytes, size_t count) {
  char *result = static_cast<char *>(malloc(count + 1));
  if (result) {
    memcpy(result, bytes, count);
    result[count] = 0;
  }
  return result;
}

csp_model *csp_open(const void *bytes, size_t count, char **problem) {
  *problem = nullptr;
  csp_model *model = nullptr;
  try {
    model = new csp_model;
    const auto status = model->processor.LoadFromSerializedProto({static_cast<const char *>(bytes), count});
    if (status.ok()) return model;
    const std::string reason = status.ToString();
    *problem = copy(reason.data(), reason.size());
  } catch (const std::exception &error) {
    *problem = copy(error.what(), strlen(error.what()));
  } catch (...) {
  }
  delete model;
  return nullptr;
}

void csp_close(csp_model *model) { delete model; }

int csp_size(const csp_model *model) { return model->processor.GetPieceSize(); }

int csp_id(const csp_model *model, const char *piece, size_t count) {
  return model->processor.PieceToId({piece, count});
}

int csp_unknown(const csp_model *model) { return model->processor.unk_id(); }

int csp_end(const csp_model *model) { return model->processor.eos_id(); }

const char *csp_piece(const csp_model *model, int id, size_t *count) {
  const std::string &piece = model->processor.IdToPiece(id);
  *count = piece.size();
  return piece.data();
}

float csp_score(const csp_model *model, int id) { return model->processor.GetScore(id); }

int csp_is_special(const csp_model *model, int id) {
  return model->processor.IsControl(id) || model->processor.IsUnknown(id) || model->processor.IsUnused(id);
}

int32_t *csp_encode(const csp_model *model, const char *text, size_t length, size_t *count) {
  *count = 0;
  try {
    std::vector<int> ids;
    if (!model->processor.Encode({text, length}, &ids).ok() || ids.empty()) return nullptr;
    int32_t *result = static_cast<int32_t *>(malloc(ids.size() * sizeof(int32_t)));
    if (!result) return nullptr;
    for (size_t i = 0; i < ids.size(); i++) result[i] = ids[i];
    *count = ids.size();
    return result;
  } catch (...) {
    return nullptr;
  }
}

char *csp_decode(const csp_model *model, const int32_t *ids, size_t count, size_t *length) {
  *length = 0;
  try {
    std::string text;
    if (!model->processor.Decode(std::vector<int>(ids, ids + count), &text).ok()) return nullptr;
    *length = text.size();
    return copy(text.data(), text.size());
  } catch (...) {
    return nullptr;
  }
}
