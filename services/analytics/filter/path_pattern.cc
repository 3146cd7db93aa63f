// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/path_pattern.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/analytics/filter/matchers.h"

namespace plumbline::analytics {
namespace {

// Takes spaces away from the two ends of a name, and says whether nothing is left of it.
bool TrimIsEmpty(PathStep& step) {
  absl::StripLeadingAsciiWhitespace(&step.front());
  absl::StripTrailingAsciiWhitespace(&step.back());
  return step.size() == 1 && step[0].empty();
}

}  // namespace

absl::StatusOr<std::vector<PathStep>> ParsePath(const expr::Test& test, size_t least) {
  const std::vector<std::string> whole = {test.value.text};
  const std::vector<std::string>& pieces =
      test.op == expr::Test::Op::kMatches ? test.pieces : whole;
  std::vector<PathStep> steps = {{""}};
  for (size_t p = 0; p < pieces.size(); ++p) {
    if (p > 0) steps.back().emplace_back();  // a star
    const std::string& piece = pieces[p];
    for (size_t i = 0; i < piece.size(); ++i) {
      if (piece[i] == '>' && !(i + 1 < piece.size() && piece[i + 1] == '>')) {
        steps.push_back({""});
      } else {
        if (piece[i] == '>') ++i;
        steps.back().back().push_back(piece[i]);
      }
    }
  }
  for (PathStep& step : steps) {
    if (!TrimIsEmpty(step)) continue;
    return absl::InvalidArgumentError(
        "has a step without a name; write names with > between them, as in \"A > B\", and >> for "
        "a > in a name");
  }
  if (steps.size() < least) {
    return absl::InvalidArgumentError(
        "names one activity; write at least two with > between them, as in \"A > B\"");
  }
  if (steps.size() > kMaxPathSteps) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", steps.size(), " steps; at most ", kMaxPathSteps));
  }
  return steps;
}

std::vector<uint64_t> StepTable(const std::vector<PathStep>& steps,
                                const std::vector<std::string>& activities) {
  std::vector<uint64_t> table(activities.size(), 0);
  for (size_t a = 0; a < activities.size(); ++a) {
    for (size_t s = 0; s < steps.size(); ++s) {
      if (MatchesPieces(activities[a], steps[s])) table[a] |= uint64_t{1} << s;
    }
  }
  return table;
}

}  // namespace plumbline::analytics
