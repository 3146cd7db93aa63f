// SPDX-License-Identifier: Apache-2.0
//
// Words of processes in the index of words. Each is kept under a digit that says in how good a
// place it stands, and under the worse ones as well: "1legal" of a title, "2legal" of titles and
// names, "3legal" of anything. So one look-up per word answers for one kind of place. A word
// that stands for the workspace, under 0, keeps others' processes out of the work.
#ifndef PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_SQL_WORDS_H_
#define PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_SQL_WORDS_H_

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/catalog/search/words.h"

namespace plumbline::catalog {

// The lock that writes of a workspace hold.
inline std::string WorkspaceLock(absl::string_view workspace) {
  return absl::StrCat("catalog/", workspace);
}

inline constexpr char kTitlePlace = '1';
inline constexpr char kNamePlace = '2';
inline constexpr char kAnyPlace = '3';

// Ids have hyphens, which are no part of a word.
inline std::string WorkspaceWord(absl::string_view workspace) {
  return absl::StrCat("0", absl::BytesToHexString(workspace));
}

inline std::string PlacedWord(char place, absl::string_view word) {
  return absl::StrCat(absl::string_view(&place, 1), word);
}

// All of them with one space between.
inline std::string EncodeWords(absl::string_view workspace, const ProcessWords& words) {
  std::string text = WorkspaceWord(workspace);
  const auto add = [&](const std::vector<std::string>& from, absl::string_view places) {
    for (const std::string& word : from) {
      for (const char& place : places)
        absl::StrAppend(&text, " ", absl::string_view(&place, 1), word);
    }
  };
  add(words.title, "123");
  add(words.names, "23");
  add(words.rest, "3");
  return text;
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_SEARCH_STORE_SQL_WORDS_H_
