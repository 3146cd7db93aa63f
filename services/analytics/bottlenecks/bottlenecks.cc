// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/bottlenecks.h"

#include <array>
#include <utility>

#include "absl/algorithm/container.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/bottlenecks/facts.h"
#include "services/analytics/bottlenecks/ranking.h"

namespace plumbline::analytics::bottlenecks {
namespace {

// The parts of a kind, from what two passes read, each of which has read what the other has not.
absl::StatusOr<std::vector<Delayed>> RankKind(const Asked& asked, size_t kind, double all_delay,
                                              Facts& facts, Facts& other, KeepOn keep_on) {
  const int64_t first_time = asked.first_time, last_time = asked.last_time;
  const std::vector<std::string>* names[] = {&asked.log.activities, &asked.role_names.texts(),
                                             &asked.utility_names.texts()};
  Ledger& ledger = facts.ledger(kind);
  std::vector<uint32_t> parts;
  for (uint32_t part = 0; part < ledger.size(); ++part) {
    if (ledger.Knows(part)) parts.push_back(part);
  }
  ASSIGN_OR_RETURN(const std::vector<Utilisation> utilisations,
                   facts.stays().Utilisations(kind, ledger.size(), asked.options.between, keep_on));
  return RankParts(
      parts, all_delay,
      [&](uint32_t part) {
        ledger.MergePart(part, other.ledger(kind));
        Delayed delayed = ledger.Take(part, first_time, last_time);
        delayed.name = (*names[kind])[part];
        SetQueue(facts.stays().TakeQueue(kind, part, other.stays(), first_time, last_time),
                 &delayed);
        SetUtilisation(utilisations[part], &delayed);
        return delayed;
      },
      keep_on);
}

absl::StatusOr<Bottlenecks> RankAll(const Asked& asked, Facts& facts, Facts& other,
                                    KeepOn keep_on) {
  facts.MergeWith(other);
  Bottlenecks result = OverviewOf(facts.sums());
  for (size_t c = 0; c < asked.log.case_count(); ++c)
    ++(asked.ends.HasEnded(c) ? result.case_count : result.open_count);
  result.has_roles = asked.roles.any();
  result.has_utilities = asked.has_utilities();
  for (const size_t kind : asked.kinds) {
    if (kind == NumberOf(Part::kRole) && !result.has_roles) continue;
    result.many_trends |= !facts.ledger(kind).trends();
    ASSIGN_OR_RETURN(result.of[kind],
                     RankKind(asked, kind, result.path.delay(), facts, other, keep_on));
  }
  return result;
}

}  // namespace

bool BottleneckOptions::Has(Part part) const {
  return parts.empty() || absl::c_linear_search(parts, part);
}

std::string RoleAttributeOf(const LogSnapshot& log) {
  for (const char* key : {"role", "org:role", "org:group", "group"}) {
    if (log.FindAttributeKey(key) != kNoText) return key;
  }
  return "";
}

std::string UtilityAttributeOf(const LogSnapshot& log) {
  return log.FindAttributeKey("utilities") != kNoText ? "utilities" : "utility";
}

int64_t BytesOfRanking(const LogSnapshot& log) {
  // Roles are told by resources or an attribute, utilities by an attribute.
  const bool attributes = !log.attribute_keys.empty();
  const int64_t kinds = 1 + (attributes || !log.resources.empty()) + attributes;
  const bool works = !log.start.empty() || !log.transition.empty();
  // For each kind of parts a wait, and when it began and ended, in lists that may be half empty,
  // and who worked at what, in tables of both passes; work; the times of one queue again while it
  // is measured; names by row, of utilities by either attribute.
  const int64_t of_a_row = kinds * (24 * 2 + 2) + (works ? 16 * 2 : 0) + 16 + (attributes ? 12 : 0);
  return static_cast<int64_t>(log.size()) * of_a_row;
}

absl::StatusOr<Bottlenecks> Rank(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const BottleneckOptions& options, KeepOn keep_on) {
  ASSIGN_OR_RETURN(const std::string role, RoleKeyOf(log, options));
  Bottlenecks none;
  none.role = role;
  if (log.empty()) return none;
  const Asked asked(log, map_transitions, options, role);
  ASSIGN_OR_RETURN(const Periods periods, PeriodsOf(options, asked.first_time, asked.last_time));
  std::array<Facts, 2> facts = {Facts(asked, &periods), Facts(asked, &periods)};
  const std::vector<CaseRange> cut = CutCases(log, facts.size());
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), cut.size(), keep_on, [&](size_t i, KeepOn go_on) {
        // The first takes in the second.
        const CaseRange room = i == 0 ? CaseRange{0, cut.back().end} : cut[i];
        return facts[i].Read(cut[i], room, go_on);
      }));
  ASSIGN_OR_RETURN(Bottlenecks result, RankAll(asked, facts[0], facts[1], keep_on));
  result.role = role;
  return result;
}

}  // namespace plumbline::analytics::bottlenecks
