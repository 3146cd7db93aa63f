// SPDX-License-Identifier: Apache-2.0
//
// The text of one YAML document as a small tree with positions. Private to this folder.
#ifndef PLUMBLINE_COMMON_YAML_DOCUMENT_H_
#define PLUMBLINE_COMMON_YAML_DOCUMENT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::yaml {

// Where something stands, counted from 1. Columns count bytes.
struct Position {
  int line = 1;
  int column = 1;
};

enum class ValueKind { kNull, kScalar, kList, kMap };

// A value. Maps hold keys and values by turns in `children`.
struct Value {
  ValueKind kind = ValueKind::kNull;
  Position position;
  bool quoted = false;  // a scalar that is not plain: certainly a text
  std::string text;     // of a scalar
  std::vector<Value> children;
};

// What is wrong, where, and in which field ("" = the document).
struct Problem {
  Position position;
  std::string field;
  std::string description;
};

inline constexpr int kMaxDepth = 100;
inline constexpr int kMaxNodes = 200'000;
inline constexpr size_t kMaxProblems = 50;

// Whether a plain scalar stands for nothing.
inline bool IsPlainNull(absl::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// Reads `text` into `root`; appends to `problems` what the document may not hold (see yaml.h). When
// there are none, `root` is a whole document; with `until`, a key of its top level, it ends with
// the value of that, and nobody looks at what comes after. O(size of text).
void ReadDocument(absl::string_view text, Value* root, std::vector<Problem>* problems,
                  absl::string_view until = "");
// The same with libyaml, whatever the text is. `text`: as NormalizeText gives it.
void ReadWithLibyaml(absl::string_view text, absl::string_view until, Value* root,
                     std::vector<Problem>* problems);

}  // namespace plumbline::yaml

#endif  // PLUMBLINE_COMMON_YAML_DOCUMENT_H_
