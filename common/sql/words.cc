// SPDX-License-Identifier: Apache-2.0
#include "common/sql/words.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace plumbline::sql {
namespace {

// What stands between braces, replaced; or as it was.
std::string ReplaceOne(absl::string_view inside, absl::Span<const Word> words) {
  const std::vector<absl::string_view> parts = absl::StrSplit(inside, ' ');
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const Word& word) { return word.name == parts[0]; });
  if (found == words.end()) return absl::StrCat("{", inside, "}");
  return absl::StrReplaceAll(found->text, {{"%1", parts.size() > 1 ? parts[1] : ""},
                                           {"%2", parts.size() > 2 ? parts[2] : ""}});
}

}  // namespace

std::string ReplaceWords(absl::string_view sql, absl::Span<const Word> words) {
  std::string text;
  while (true) {
    const size_t open = sql.find('{');
    const size_t close = open == absl::string_view::npos ? open : sql.find('}', open);
    if (close == absl::string_view::npos) break;
    absl::StrAppend(&text, sql.substr(0, open),
                    ReplaceOne(sql.substr(open + 1, close - open - 1), words));
    sql.remove_prefix(close + 1);
  }
  return absl::StrCat(text, sql);
}

}  // namespace plumbline::sql
