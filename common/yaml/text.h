// SPDX-License-Identifier: Apache-2.0
//
// Characters and scalars: what YAML and the proto JSON mapping take and give. Private to this
// folder.
#ifndef PLUMBLINE_COMMON_YAML_TEXT_H_
#define PLUMBLINE_COMMON_YAML_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/yaml/document.h"

namespace plumbline::yaml {

// Whether NormalizeText would give `text` itself. It may say no of some that it would.
bool IsNormal(absl::string_view text);

// Copies `text` with LF line ends and without a byte order mark. False, with a problem, where it is
// not UTF-8 or holds control characters that YAML forbids, or a line separator of Unicode: YAML 1.1
// ends a line there, 1.2 does not. O(size).
bool NormalizeText(absl::string_view text, std::string* normal, std::vector<Problem>* problems);

// Length of the UTF-8 character at the start of `text`; 0 if there is no whole, shortest-form one.
// Sets `*character`.
int DecodeUtf8(absl::string_view text, uint32_t* character);

// A number as JSON writes it: no leading zeros, no "+", no hexadecimal.
bool IsJsonNumber(absl::string_view text);

// Exact integers; "1e3" and "2.0" are integers as in JSON. False if `text` is not one or is out of
// range.
bool ReadInt64(absl::string_view text, int64_t* value);
bool ReadUint64(absl::string_view text, uint64_t* value);

// "3.5s" and the like: a decimal number and "s".
bool IsDurationText(absl::string_view text);

// Whether some YAML reader might take `text`, written plain, for something else than a text.
bool LooksTyped(absl::string_view text);

}  // namespace plumbline::yaml

#endif  // PLUMBLINE_COMMON_YAML_TEXT_H_
