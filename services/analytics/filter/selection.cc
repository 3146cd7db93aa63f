// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/selection.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/expr/parse.h"
#include "common/expr/problem.h"
#include "services/analytics/filter/case_filter.h"
#include "services/analytics/filter/days.h"
#include "services/analytics/filter/event_filter.h"
#include "services/analytics/filter/fields.h"
#include "services/analytics/filter/path_pattern.h"
#include "services/analytics/filter/select_by_defects.h"

namespace plumbline::analytics {
namespace {

using Violations = std::vector<base::FieldViolation>;

// Paths that are none, and defects that are none.
void CheckTests(const expr::Condition& condition, const std::string& field,
                Violations& violations) {
  for (const expr::Condition& child : condition.children) CheckTests(child, field, violations);
  if (condition.kind != expr::Condition::Kind::kTest) return;
  const expr::Test& test = condition.test;
  if (test.field == kDefects && test.key.has_value() && !DefectBitsOf(*test.key).has_value()) {
    violations.push_back({field, absl::StrCat("has defects of ", expr::Shown(*test.key),
                                              "; there are ", DefectKeys())});
  }
  const bool path =
      test.field == kFollows || test.field == kEventuallyFollows || test.field == kSequence;
  if (!path || test.op == expr::Test::Op::kPresent) return;
  const auto steps = ParsePath(test, test.field == kSequence ? 1 : 2);
  if (steps.ok()) return;
  violations.push_back({field, absl::StrCat("a path after '", CaseSchema().field(test.field).name,
                                            ":' ", steps.status().message())});
}

// What the expressions of others do not take.
void AddDays(std::vector<expr::Problem>& problems) {
  for (expr::Problem& problem : problems) {
    if (!absl::StrContains(problem.message, "is not a duration")) continue;
    problem.message += ", here also 90d or 2w";
  }
}

// nullopt for an empty text, or where something is wrong.
std::optional<expr::Condition> CompileOne(const std::string& field, const std::string& text,
                                          const expr::Schema& schema, Violations& violations) {
  std::vector<expr::Problem> problems;
  std::optional<expr::Node> tree = expr::Parse(text, &problems);
  std::optional<expr::Condition> condition;
  if (tree.has_value()) {
    WriteDaysAsSeconds("duration", *tree);
    condition = expr::Check(*tree, schema, &problems);
  }
  if (!condition.has_value()) {
    AddDays(problems);
    for (base::FieldViolation& violation : expr::ToViolations(field, text, problems)) {
      violations.push_back(std::move(violation));
    }
    return std::nullopt;
  }
  if (condition->always()) return std::nullopt;
  if (&schema == &CaseSchema()) CheckTests(*condition, field, violations);
  return condition;
}

// Parts with their lengths, so that no two selections have one key.
std::string KeyOf(const SelectionText& text) {
  std::string key = absl::StrCat(text.filter.size(), "/", text.event_filter.size(), "/",
                                 text.only_matching_events ? 1 : 0, "/");
  if (text.window.has_value()) {
    absl::StrAppend(&key, text.window->begin, "/", text.window->end, "/",
                    static_cast<int>(text.window->mode));
  }
  absl::StrAppend(&key, "/", text.filter, text.event_filter);
  const CompletionText& completion = text.completion;
  if (!completion.asked()) return key;
  absl::StrAppend(&key, "/", static_cast<int>(completion.rule), "/", completion.idle);
  for (const std::string& activity : completion.activities)
    absl::StrAppend(&key, "/", activity.size(), "/", activity);
  return key;
}

}  // namespace

absl::StatusOr<Selection> Selection::Compile(absl::string_view field, const SelectionText& text) {
  Violations violations;
  Selection selection;
  selection.cases_ =
      CompileOne(absl::StrCat(field, ".filter"), text.filter, CaseSchema(), violations);
  const std::string event_field = absl::StrCat(field, ".event_filter");
  selection.events_ = CompileOne(event_field, text.event_filter, EventSchema(), violations);
  if (text.only_matching_events && violations.empty() && !selection.events_.has_value()) {
    violations.push_back({absl::StrCat(field, ".only_matching_events"),
                          absl::StrCat("is set without a condition in ", event_field,
                                       "; write one, or leave it out")});
  }
  if (text.window.has_value() && text.window->begin >= text.window->end) {
    violations.push_back(
        {absl::StrCat(field, ".window.end_time"), "is not after window.start_time; exchange them"});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  selection.only_matching_events_ = text.only_matching_events;
  selection.window_ = text.window;
  selection.completion_ = text.completion;
  if (!selection.keeps_all() || text.completion.asked()) selection.key_ = KeyOf(text);
  return selection;
}

absl::StatusOr<Selected> Select(const Selection& selection, const LogParts& parts, KeepOn keep_on) {
  return Select(selection, parts, {}, keep_on);
}

absl::StatusOr<Selected> Select(const Selection& selection, const LogParts& parts,
                                const std::vector<std::string>& map_transitions, KeepOn keep_on) {
  Selected selected{BitSet(parts.log.case_count(), true), std::nullopt, {}};
  CaseFilter case_filter(parts, map_transitions, keep_on, selected.notes);
  if (selection.window().has_value()) {
    RETURN_IF_ERROR(keep_on());
    selected.cases &= case_filter.InWindow(*selection.window());
  }
  if (selection.cases().has_value()) {
    ASSIGN_OR_RETURN(const BitSet cases, case_filter.Run(*selection.cases()));
    selected.cases &= cases;
  }
  if (!selection.events().has_value()) return selected;
  ASSIGN_OR_RETURN(BitSet rows,
                   MatchingRows(*selection.events(), parts.log, keep_on, selected.notes));
  const std::vector<uint32_t>& begin = parts.log.case_begin;
  selected.cases &= BitSet::Where(parts.log.case_count(),
                                  [&](size_t c) { return rows.AnyIn(begin[c], begin[c + 1]); });
  if (selection.only_matching_events()) selected.rows = std::move(rows);
  return selected;
}

}  // namespace plumbline::analytics
