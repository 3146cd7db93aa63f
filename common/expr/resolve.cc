// SPDX-License-Identifier: Apache-2.0
#include "common/expr/resolve.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/nearest.h"
#include "common/expr/problem.h"

namespace plumbline::expr {
namespace {

constexpr size_t kMostNamesShown = 60;

// The path of the first `count` segments.
std::string Beginning(const Node& word, size_t count) {
  return Node{.segments = {word.segments.begin(), word.segments.begin() + count}}.Text();
}

}  // namespace

std::optional<Target> Resolve(const Node& word, const Schema& schema) {
  for (size_t used = word.segments.size(); used > 0; --used) {
    const std::optional<int> index = schema.Find(Beginning(word, used));
    if (!index.has_value()) continue;
    Target target{*index, &schema.field(*index), std::nullopt, word.Text()};
    if (used == word.segments.size()) return target;
    if (target.field->shape != Shape::kMap || used + 1 != word.segments.size()) break;
    target.key = Node{.segments = {word.segments[used]}}.Text();
    return target;
  }
  return std::nullopt;
}

std::string UnknownField(const Node& word, const Schema& schema) {
  const std::vector<std::string> names = schema.Names();
  const std::string path = word.Text();
  const std::string message = absl::StrCat(Shown(path), " is not a field");
  if (names.empty()) return absl::StrCat(message, ": there are none");
  const std::string first = Beginning(word, 1);
  if (const std::optional<int> index = schema.Find(first); index.has_value()) {
    const bool map = schema.field(*index).shape == Shape::kMap;
    return absl::StrCat(
        message, "; ", Shown(first),
        map ? " has keys of one part: quote a key that holds dots" : " has no parts");
  }
  // Of "lables.team" the nearest is what is near to "lables".
  std::string hint = base::DidYouMean(path, names);
  if (hint.empty()) hint = base::DidYouMean(first, names);
  const size_t count = std::min(names.size(), kMostNamesShown);
  // A key of a map is no field by itself.
  std::string of_map;
  for (const Field& field : schema.fields()) {
    if (field.shape == Shape::kMap && word.segments.size() == 1 && of_map.empty())
      of_map = absl::StrCat("; a key of ", field.name, " is written ", field.name, ".", path);
  }
  return absl::StrCat(message, hint, hint.empty() ? "; fields are " : " Fields are ",
                      absl::StrJoin(names.begin(), names.begin() + count, ", "),
                      count < names.size() ? ", ..." : "", of_map);
}

}  // namespace plumbline::expr
