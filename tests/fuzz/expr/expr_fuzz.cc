// SPDX-License-Identifier: Apache-2.0
//
// Expressions and orders of any bytes: nothing crashes; what parses prints back to the same tree;
// what is wrong is said of a place within the text; and what checks is evaluated alike in two and
// in three values, and becomes SQL.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/expr/check.h"
#include "common/expr/evaluate.h"
#include "common/expr/order.h"
#include "common/expr/parse.h"
#include "common/expr/sql.h"
#include "common/expr/testing.h"
#include "tests/fuzz/fuzz.h"

namespace plumbline::expr {
namespace {

std::vector<Column> Columns() {
  std::vector<Column> columns;
  for (const Field& field : ThingSchema().fields())
    columns.push_back(
        {.sql = field.name, .currency = "currency", .rows = "rows WHERE TRUE", .key = "key"});
  return columns;
}

void CheckProblems(absl::string_view text, const std::vector<Problem>& problems) {
  fuzz::Check(!problems.empty(), "a fault without a problem");
  for (const Problem& problem : problems) {
    fuzz::Check(problem.offset <= text.size(), absl::StrCat("beyond the text: ", problem.message));
    fuzz::Check(!Describe(text, problem).empty(), "a problem without a description");
  }
}

void CheckSql(const Condition& condition) {
  static const auto& columns = *new std::vector<Column>(Columns());
  const SqlText sql = ToSql(condition, ThingSchema(), columns);
  size_t used = 0;
  for (const SqlParam& param : sql.params)
    used += sql.sql.find(absl::StrCat(":", param.name)) != std::string::npos;
  fuzz::Check(used == sql.params.size(), "a parameter that the text does not use");
}

void CheckVerdicts(const Condition& condition) {
  Random random(1);
  for (int i = 0; i < 4; ++i) {
    const Record record = ToRecord(RandomThing(random));
    std::vector<std::string> unset;
    const Verdict verdict = Decide(condition, record, ThingSchema(), &unset);
    fuzz::Check((verdict == Verdict::kUnset) == !unset.empty(),
                "what is unset does not fit the verdict");
    if (verdict != Verdict::kUnset)
      fuzz::Check(Matches(condition, record) == (verdict == Verdict::kYes),
                  "two and three values differ");
  }
}

}  // namespace
}  // namespace plumbline::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plumbline;  // NOLINT: this file is the program
  const absl::string_view text = fuzz::Text(data, size);
  std::vector<expr::Problem> problems;
  if (!expr::ParseOrder(text, expr::ThingSchema(), &problems).has_value())
    expr::CheckProblems(text, problems);
  problems.clear();
  const auto tree = expr::Parse(text, &problems);
  if (!tree.has_value()) {
    expr::CheckProblems(text, problems);
    return 0;
  }
  const std::string printed = expr::Print(*tree);
  // What is spelt out may be longer than what was written, and too long.
  if (const auto again = expr::Parse(printed, &problems); again.has_value()) {
    fuzz::Check(expr::SameTree(*tree, *again), absl::StrCat("prints as another tree: ", printed));
  } else {
    fuzz::Check(printed.size() > expr::kMaxLength,
                absl::StrCat("prints as no expression: ", printed));
  }
  problems.clear();
  const auto condition = expr::Check(*tree, expr::ThingSchema(), &problems);
  if (!condition.has_value()) {
    expr::CheckProblems(text, problems);
    return 0;
  }
  expr::CheckSql(*condition);
  expr::CheckVerdicts(*condition);
  return 0;
}
