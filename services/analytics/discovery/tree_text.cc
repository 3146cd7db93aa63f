// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/tree_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/analytics/discovery/inductive_miner.h"

namespace plumbline::analytics {
namespace {

ModelTree Parse(absl::string_view* text, const std::vector<std::string>& names) {
  if (absl::ConsumePrefix(text, "tau")) return SilentStep();
  if (absl::ConsumePrefix(text, "'")) {
    size_t end = 0;
    do {
      end = text->find('\'', end + 1);
    } while (end + 1 < text->size() && !absl::StartsWith(text->substr(end), "', ") &&
             !absl::StartsWith(text->substr(end), "' )"));
    const std::string name =
        absl::StrReplaceAll(text->substr(0, end), {{"\\'", "'"}, {"\\\\", "\\"}});
    text->remove_prefix(end + 1);
    const auto found = std::find(names.begin(), names.end(), name);
    EXPECT_NE(found, names.end()) << name;
    return ActivityStep(static_cast<uint32_t>(found - names.begin()));
  }
  ModelTree tree;
  constexpr std::pair<absl::string_view, ModelKind> kOpenings[] = {{"->( ", ModelKind::kSequence},
                                                                   {"X( ", ModelKind::kChoice},
                                                                   {"+( ", ModelKind::kParallel},
                                                                   {"*( ", ModelKind::kLoop}};
  for (const auto& [opening, kind] : kOpenings) {
    if (!absl::ConsumePrefix(text, opening)) continue;
    tree.kind = kind;
    break;
  }
  EXPECT_NE(tree.kind, ModelKind::kSilent) << *text;
  if (tree.kind == ModelKind::kSilent) return tree;
  do {
    tree.children.push_back(Parse(text, names));
  } while (absl::ConsumePrefix(text, ", "));
  EXPECT_TRUE(absl::ConsumePrefix(text, " )")) << *text;
  return tree;
}

}  // namespace

ModelTree ParseTree(absl::string_view text, const std::vector<std::string>& names) {
  ModelTree tree = Parse(&text, names);
  EXPECT_EQ(text, "");
  return tree;
}

TraceBag BagOf(const std::vector<std::pair<std::string, int64_t>>& traces) {
  std::set<std::string> letters;
  for (const auto& [trace, count] : traces) {
    for (const char letter : trace) letters.insert(std::string(1, letter));
  }
  TraceBag bag({letters.begin(), letters.end()});
  for (const auto& [trace, count] : traces) {
    std::vector<uint32_t> activities;
    for (const char letter : trace) {
      const auto found = letters.find(std::string(1, letter));
      activities.push_back(static_cast<uint32_t>(std::distance(letters.begin(), found)));
    }
    bag.Add(activities, count);
  }
  return bag;
}

std::string MinedText(const std::vector<std::pair<std::string, int64_t>>& traces, double noise) {
  const TraceBag bag = BagOf(traces);
  InductiveOptions options;
  options.noise = noise;
  const absl::StatusOr<ModelTree> tree = MineTree(bag, options);
  if (!tree.ok()) return absl::StrCat("error: ", tree.status().message());
  return absl::StrReplaceAll(TextOf(*tree, bag.names()), {{" ", ""}, {"'", ""}});
}

}  // namespace plumbline::analytics
