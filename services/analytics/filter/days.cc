// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/days.h"

#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/expr/decimal.h"
#include "common/expr/times.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kDay = 86'400;

// Takes "1.5d" away from the front of `text`, where it stands there.
bool TakeUnit(char unit, int64_t seconds, absl::string_view* text, __int128* micros) {
  const size_t end = text->find_first_not_of("0123456789.");
  int64_t millionths = 0;
  if (end == absl::string_view::npos || (*text)[end] != unit ||
      expr::ParseDecimal(text->substr(0, end), &millionths) != expr::DecimalFault::kNone) {
    return false;
  }
  *micros += static_cast<__int128>(millionths) * seconds;
  text->remove_prefix(end + 1);
  return true;
}

void WriteAll(expr::Node& argument) {
  for (expr::Node& child : argument.children) WriteAll(child);
  int64_t micros = 0;
  if (argument.kind != expr::Node::Kind::kWord || !ParseDays(argument.Text(), &micros)) return;
  const int64_t size = micros < 0 ? -micros : micros;
  argument.segments = {
      {absl::StrFormat("%s%d.%06ds", micros < 0 ? "-" : "", size / 1'000'000, size % 1'000'000)}};
}

}  // namespace

bool ParseDays(absl::string_view text, int64_t* micros) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  __int128 sum = 0;
  const bool weeks = TakeUnit('w', 7 * kDay, &text, &sum);
  const bool days = TakeUnit('d', kDay, &text, &sum);
  if (!weeks && !days) return false;
  int64_t rest = 0;
  if (!text.empty() && (text[0] == '-' || !expr::ParseDuration(text, &rest))) return false;
  sum += rest;
  if (sum > INT64_MAX) return false;
  *micros = static_cast<int64_t>(negative ? -sum : sum);
  return true;
}

void WriteDaysAsSeconds(absl::string_view field, expr::Node& tree) {
  if (tree.kind == expr::Node::Kind::kCompare) {
    if (tree.children[0].Text() == field) WriteAll(tree.children[1]);
    return;
  }
  for (expr::Node& child : tree.children) WriteDaysAsSeconds(field, child);
}

}  // namespace plumbline::analytics
