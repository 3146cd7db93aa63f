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

LiveBottlenecks::Read::Read(LiveCases some, const LiveBottlenecks& sums)
    : cases(std::move(some)),
      asked(*cases.log, sums.map_transitions_, sums.options_, sums.role_key_),
      facts(asked, nullptr) {}

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

void LiveBottlenecks::Number(Read* read) {
  Numbers& steps = read->parts[NumberOf(Part::kStep)];
  steps.resize(read->asked.log.activities.size());
  std::iota(steps.begin(), steps.end(), 0);
  read->parts[NumberOf(Part::kRole)] = NumbersOf(read->asked.role_names.texts(), &roles_);
  read->parts[NumberOf(Part::kUtility)] = NumbersOf(read->asked.utility_names.texts(), &utilities_);
  read->performers = NumbersOf(read->asked.log.resources, &performers_);
}

void LiveBottlenecks::Put(Read& read, int sign) {
  bottlenecks::Facts& facts = read.facts;
  sums_.Add(facts.sums(), sign);
  for (const size_t kind : kinds_) {
    const Numbers& parts = read.parts[kind];
    delays_[kind].Change(facts.ledger(kind), facts.stays(), kind, parts, periods_, sign);
    work_.ChangePerformers(facts.stays(), kind, parts, read.performers, sign);
  }
  work_.Change(facts.stays(), read.performers, sign);
}

absl::Status LiveBottlenecks::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  const LogSnapshot& log = *cases.log;
  if (log.empty()) return absl::OkStatus();
  if (sign < 0 && open_ != nullptr) {  // they go together
    Put(*open_, -1);
    open_ = nullptr;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(role_key_, RoleKeyOf(log, options_));
  auto read = std::make_unique<Read>(cases, *this);
  bottlenecks::Facts& facts = read->facts;
  RETURN_IF_ERROR(facts.Read({0, static_cast<uint32_t>(log.case_count())}, CaseRange(), keep_on));
  kinds_ = read->asked.kinds;
  has_utilities_ = read->asked.has_utilities();
  any_roles_ |= read->asked.roles.any();  // an event that names one stays
  Number(read.get());
  for (const size_t kind : kinds_) RETURN_IF_ERROR(Cover(facts.ledger(kind).ends()));
  Put(*read, sign);
  if (sign > 0 && !facts.settled()) open_ = std::move(read);
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

absl::StatusOr<std::vector<Delayed>> LiveBottlenecks::RankKind(
    size_t kind, const LiveWhole& whole, const Periods& periods,
    const std::vector<bottlenecks::Busy>& busy, Bottlenecks* all, KeepOn keep_on) {
  LiveDelays& delays = delays_[kind];
  const std::vector<bottlenecks::Utilisation> utilisations =
      UtilisationsOf(work_.performers(kind), delays.size(), busy);
  const bool trends = delays.TellsTrends(periods);
  all->many_trends |= !trends;
  return bottlenecks::RankParts(
      delays.Used(), all->path.delay(),
      [&](uint32_t part) {
        Delayed delayed = delays.Figures(part, periods, trends, whole.first_time, whole.last_time);
        delayed.name = NameOf(whole, kind, part);
        SetUtilisation(utilisations[part], &delayed);
        return delayed;
      },
      keep_on);
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
    ASSIGN_OR_RETURN(result.of[kind], RankKind(kind, whole, periods, busy, &result, keep_on));
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

// The parts and their trends, which are shown once more as messages; who works at them; what was
// read of cases that are open, and its changes.
int64_t LiveBottlenecks::answer_bytes() const {
  const size_t of_a_part = 2 * (sizeof(Delayed) + sizeof(bottlenecks::Utilisation) +
                                periods_.size() * sizeof(bottlenecks::TrendPeriod));
  size_t bytes = performers_.texts().size() * sizeof(bottlenecks::Busy);
  for (const LiveDelays& delays : delays_) bytes += delays.size() * of_a_part;
  constexpr size_t kOfAnOpenRow = 300;
  if (open_ != nullptr) bytes += open_->asked.log.size() * kOfAnOpenRow;
  return static_cast<int64_t>(bytes);
}

}  // namespace plumbline::analytics
