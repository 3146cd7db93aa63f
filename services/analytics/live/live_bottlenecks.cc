// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_bottlenecks.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/bottlenecks/ranking.h"

namespace plumbline::analytics {
namespace {

using bottlenecks::Bottlenecks;
using bottlenecks::Delayed;
using bottlenecks::NumberOf;
using bottlenecks::Part;

absl::Status ToTheEnd() { return absl::OkStatus(); }

std::vector<uint32_t> NumbersOf(const std::vector<std::string>& texts, bottlenecks::Names* names) {
  std::vector<uint32_t> numbers;
  numbers.reserve(texts.size());
  for (const std::string& text : texts) numbers.push_back(names->Intern(text));
  return numbers;
}

}  // namespace

LiveBottlenecks::LiveBottlenecks(bottlenecks::BottleneckOptions options,
                                 std::vector<std::string> map_transitions)
    : options_(std::move(options)),
      map_transitions_(std::move(map_transitions)),
      work_(options_.between) {}

absl::Status LiveBottlenecks::Cover(const std::vector<bottlenecks::HeldEnd>& ends) {
  if (ends.empty()) return absl::OkStatus();
  const auto [first, last] = std::minmax_element(
      ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.end < b.end; });
  int64_t from = first->end, to = last->end;
  if (!periods_.empty()) {
    from = std::min(from, periods_.bounds().front());
    to = std::max(to, periods_.bounds().back() - 1);
    if (from == periods_.bounds().front() && to == periods_.bounds().back() - 1)
      return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(periods_, PeriodsOf(options_, from, to));
  return absl::OkStatus();
}

std::array<LiveBottlenecks::Numbers, bottlenecks::kPartCount> LiveBottlenecks::PartsOf(
    const bottlenecks::Asked& asked) {
  std::array<Numbers, bottlenecks::kPartCount> parts;
  Numbers& steps = parts[NumberOf(Part::kStep)];
  steps.resize(asked.log.activities.size());
  std::iota(steps.begin(), steps.end(), 0);
  parts[NumberOf(Part::kRole)] = NumbersOf(asked.role_names.texts(), &roles_);
  parts[NumberOf(Part::kUtility)] = NumbersOf(asked.utility_names.texts(), &utilities_);
  return parts;
}

absl::Status LiveBottlenecks::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  const LogSnapshot& log = *cases.log;
  if (log.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(role_key_, RoleKeyOf(log, options_));
  const bottlenecks::Asked asked(log, map_transitions_, options_, role_key_);
  kinds_ = asked.kinds;
  has_utilities_ = asked.has_utilities();
  any_roles_ |= asked.roles.any();  // an event that names one stays
  bottlenecks::Facts facts(asked, nullptr);
  RETURN_IF_ERROR(facts.Read({0, static_cast<uint32_t>(log.case_count())}, CaseRange(), keep_on));
  sums_.Add(facts.sums(), sign);
  const auto parts = PartsOf(asked);
  const Numbers performers = NumbersOf(log.resources, &performers_);
  for (const size_t kind : kinds_) {
    bottlenecks::Ledger& ledger = facts.ledger(kind);
    RETURN_IF_ERROR(Cover(ledger.ends()));
    delays_[kind].Change(ledger, facts.stays(), kind, parts[kind], periods_, sign);
    work_.ChangePerformers(facts.stays(), kind, parts[kind], performers, sign);
  }
  work_.Change(facts.stays(), performers, sign);
  return absl::OkStatus();
}

void LiveBottlenecks::Settle() {
  for (LiveDelays& delays : delays_) delays.Settle();
  work_.Settle(ToTheEnd).IgnoreError();
}

const std::string& LiveBottlenecks::NameOf(const LiveWhole& whole, size_t kind,
                                           uint32_t part) const {
  if (kind == NumberOf(Part::kRole)) return roles_.texts()[part];
  if (kind == NumberOf(Part::kUtility)) return utilities_.texts()[part];
  return whole.names.activities[whole.rank[part]];
}

absl::StatusOr<Bottlenecks> LiveBottlenecks::Answer(const LiveWhole& whole, KeepOn keep_on) {
  ASSIGN_OR_RETURN(const Periods periods, PeriodsOf(options_, whole.first_time, whole.last_time));
  Bottlenecks result = OverviewOf(sums_);
  result.case_count = whole.case_count - whole.open_case_count;
  result.open_count = whole.open_case_count;
  result.role = role_key_;
  result.has_roles = any_roles_;
  result.has_utilities = has_utilities_;
  RETURN_IF_ERROR(work_.Settle(keep_on));
  const std::vector<bottlenecks::Busy> busy = work_.Measure();
  for (const size_t kind : kinds_) {
    if (kind == NumberOf(Part::kRole) && !any_roles_) continue;
    LiveDelays& delays = delays_[kind];
    const std::vector<bottlenecks::Utilisation> utilisations =
        UtilisationsOf(work_.performers(kind), delays.size(), busy);
    const bool trends = delays.TellsTrends(periods);
    result.many_trends |= !trends;
    ASSIGN_OR_RETURN(result.of[kind], bottlenecks::RankParts(
                                          delays.Used(), result.path.delay(),
                                          [&](uint32_t part) {
                                            Delayed delayed =
                                                delays.Figures(part, periods, trends,
                                                               whole.first_time, whole.last_time);
                                            delayed.name = NameOf(whole, kind, part);
                                            SetUtilisation(utilisations[part], &delayed);
                                            return delayed;
                                          },
                                          keep_on));
  }
  return result;
}

int64_t LiveBottlenecks::memory_bytes() const {
  size_t bytes =
      sizeof(*this) + work_.memory_bytes() + periods_.bounds().capacity() * sizeof(int64_t);
  for (const LiveDelays& delays : delays_) bytes += delays.memory_bytes();
  for (const bottlenecks::Names* names : {&roles_, &utilities_, &performers_})
    bytes += names->memory_bytes();
  return static_cast<int64_t>(bytes);
}

// The parts and their trends, which are shown once more as messages; who works at them.
int64_t LiveBottlenecks::answer_bytes() const {
  const size_t of_a_part = 2 * (sizeof(Delayed) + sizeof(bottlenecks::Utilisation) +
                                periods_.size() * sizeof(bottlenecks::TrendPeriod));
  size_t bytes = performers_.texts().size() * sizeof(bottlenecks::Busy);
  for (const LiveDelays& delays : delays_) bytes += delays.size() * of_a_part;
  return static_cast<int64_t>(bytes);
}

}  // namespace plumbline::analytics
