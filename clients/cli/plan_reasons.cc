// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/plan_reasons.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/terminal.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

// `timed`: whether it has times.
template <typename Task>
std::string Word(const Task& task, bool timed) {
  if (task.repeats_only()) return "if repeated";
  if (!task.may_be_left_out()) return "";
  return timed ? "maybe" : "no, by condition";
}

}  // namespace

std::string NeededWord(const ob::PlannedTask& task) {
  return Word(task, task.has_planned_start_time());
}

std::string NeededWord(const ob::LivePlanTask& task) {
  if (task.state() == ob::Task::STATE_NOT_NEEDED) return "no";
  return Word(task, task.has_expected_start_time());
}

void PrintReasonHead(Session& session, absl::string_view id, absl::string_view title) {
  session.out() << '\n' << id << " (" << Printable(title) << ")\n";
}

void PrintReason(Session& session, absl::string_view text) {
  session.out() << Wrap(absl::StrCat("  ", Printable(text)), session.paper().width, 4) << '\n';
}

}  // namespace plumbline::cli
