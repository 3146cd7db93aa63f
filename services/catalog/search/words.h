// SPDX-License-Identifier: Apache-2.0
//
// The words of processes and of queries, so that both engines index and look for the same ones.
//
// A word is a run of letters and digits. It is folded: lower case, Latin letters without their
// accents (é is e, ß is ss), Greek and Cyrillic ones in lower case; characters beyond those stay as
// they are. Of a long word the first 64 bytes count.
#ifndef PLUMBLINE_SERVICES_CATALOG_SEARCH_WORDS_H_
#define PLUMBLINE_SERVICES_CATALOG_SEARCH_WORDS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::catalog {

inline constexpr size_t kMaxQueryWords = 10;

// A word within a text.
struct TextWord {
  std::string folded;
  size_t begin = 0;  // bytes
  size_t end = 0;
};

// The words of a text (UTF-8) in order. O(length).
std::vector<TextWord> SplitWords(absl::string_view text);

// The words of a process, each once, by the best place in which they stand; in no order.
struct ProcessWords {
  std::vector<std::string> title;
  std::vector<std::string> names;  // purpose, titles of nodes
  std::vector<std::string> rest;   // id, owner, labels, attributes (id, title, description); of
                                   // nodes: instructions, checklists, roles
};

// At most 200,000 bytes of words, best places first: beyond that a process is not found by more.
// O(size of the process).
ProcessWords WordsOf(const v1::Process& process);
// The same of a content that is to be kept under this name.
ProcessWords WordsOf(absl::string_view name, const v1::Process& content);

// The words of a query, each once. FIELD_INVALID (query): none, more than kMaxQueryWords, or more
// than 500 characters.
absl::StatusOr<std::vector<std::string>> ToQueryWords(absl::string_view query);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_SEARCH_WORDS_H_
