// SPDX-License-Identifier: Apache-2.0
//
// YAML as people mostly write it, read in one pass: libyaml takes three quarters of the time that
// reading a process file costs. Private to this folder.
#ifndef PLUMBLINE_COMMON_YAML_QUICK_H_
#define PLUMBLINE_COMMON_YAML_QUICK_H_

#include "absl/strings/string_view.h"
#include "common/yaml/document.h"

namespace plumbline::yaml {

// Reads `text` (as NormalizeText gives it) into `root`, at most to the value of the key `until`, if
// it is nothing but: maps and lists in blocks; plain keys of letters, digits, "_", "-", "." and
// "/"; plain scalars of one line, quoted ones of one line without escapes, "|", "|-", ">" and ">-";
// maps and lists in braces that end in their line; comments. False, with a root that is of no use,
// where it is anything else or might be: what that means, and what is wrong with it, is left to
// libyaml. When true, libyaml would read the same values at the same places (the tests and
// the fuzz target compare). O(size of text).
bool ReadQuickly(absl::string_view text, absl::string_view until, Value* root);

}  // namespace plumbline::yaml

#endif  // PLUMBLINE_COMMON_YAML_QUICK_H_
