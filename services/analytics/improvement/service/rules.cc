// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/rules.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/improvement/service/convert.h"
#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::FieldDescriptor;
using Improvement = v1::Improvement;
using Entry = v1::ImprovementHistoryEntry;

// "MEASURE"
std::string Word(Improvement::State state) {
  return std::string(absl::StripPrefix(Improvement::State_Name(state), "STATE_"));
}

bool IsOpen(Improvement::State state) {
  return state >= Improvement::STATE_DEFINE && state <= Improvement::STATE_CONTROL;
}

absl::Status StateError(const StoredImprovement& present, absl::string_view what,
                        absl::string_view allowed) {
  return base::Error(base::Reason::ERROR_REASON_IMPROVEMENT_STATE,
                     absl::StrCat("improvement '", present.improvement.name(), "' ", what))
      .With("state", Word(present.improvement.state()))
      .With("allowed", allowed)
      .Resource("Improvement", present.improvement.name());
}

const FieldDescriptor* FieldOf(absl::string_view name) {
  return Improvement::descriptor()->FindFieldByName(std::string(name));
}

// The fields of `from`, which are absent there, are absent in `to` then.
void CopyFields(const Improvement& from, const std::vector<const FieldDescriptor*>& fields,
                Improvement* to) {
  Improvement copy = from;
  from.GetReflection()->SwapFields(&copy, to, fields);
}

// The bytes of one field alone.
std::string BytesOf(const Improvement& improvement, const FieldDescriptor* field) {
  Improvement one;
  CopyFields(improvement, {field}, &one);
  return DeterministicBytes(one);
}

ImprovementChange Changed(const StoredImprovement& before, StoredImprovement after,
                          Entry::Kind kind, const ImprovementAuthor& author) {
  Improvement& one = after.improvement;
  after.version = before.version + 1;
  one.set_author(author.subject);
  *one.mutable_update_time() = ToTimestamp(absl::ToUnixMicros(author.time));
  one.set_etag(base::Sha256Hex(absl::StrCat(after.uid, "/", after.version)).substr(0, 16));
  ImprovementChange change{.after = std::move(after)};
  change.entry.set_kind(kind);
  *change.entry.mutable_create_time() = ToTimestamp(absl::ToUnixMicros(author.time));
  change.entry.set_actor(author.subject);
  change.entry.set_reason(author.reason);
  change.entry.set_from_state(before.improvement.state());
  change.entry.set_to_state(change.after.improvement.state());
  return change;
}

// Where it may go to, for people and metadata.
std::string AllowedFrom(Improvement::State state) {
  std::vector<std::string> words;
  for (int to = Improvement::STATE_DEFINE; to <= state + 1; ++to) {
    if (to != state && to <= Improvement::STATE_CONTROL)
      words.push_back(Word(static_cast<Improvement::State>(to)));
  }
  words.push_back(Word(Improvement::STATE_ABANDONED));
  return absl::StrJoin(words, ", ");
}

}  // namespace

absl::Span<const absl::string_view> ImprovementContent() {
  static constexpr absl::string_view kFields[] = {
      "title",          "problem",    "owner", "event_log",       "selection",
      "measure",        "direction",  "goal",  "smallest_effect", "baseline_window",
      "mix_attributes", "confidence", "power", "counted_by",      "center",
      "causes",         "change"};
  return kFields;
}

absl::Span<const absl::string_view> FrozenContent() {
  // From event_log to center.
  return ImprovementContent().subspan(3, 12);
}

absl::StatusOr<StoredImprovement> RequireImprovement(
    const ImprovementKey& key, const std::optional<StoredImprovement>& present,
    absl::string_view etag) {
  if (!present.has_value()) return base::NotFound("Improvement", NameOf(key));
  if (etag.empty() || etag == present->improvement.etag()) return *present;
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("'", NameOf(key), "' has changed since its etag was '",
                                  etag.substr(0, 40), "': read it again"))
      .With("etag", present->improvement.etag())
      .Resource("Improvement", NameOf(key));
}

absl::StatusOr<ImprovementChange> CreateImprovement(const ImprovementKey& key,
                                                    const std::optional<StoredImprovement>& present,
                                                    const Improvement& content,
                                                    const std::string& uid,
                                                    const ImprovementAuthor& author) {
  RETURN_IF_ERROR(CheckImprovement(key, content));
  if (present.has_value()) return base::AlreadyExists("Improvement", NameOf(key));
  StoredImprovement after;
  std::vector<const FieldDescriptor*> fields;
  for (const absl::string_view field : ImprovementContent()) fields.push_back(FieldOf(field));
  CopyFields(content, fields, &after.improvement);
  after.uid = uid;
  after.improvement.set_name(NameOf(key));
  after.improvement.set_state(Improvement::STATE_DEFINE);
  *after.improvement.mutable_create_time() = ToTimestamp(absl::ToUnixMicros(author.time));
  return Changed({}, std::move(after), Entry::KIND_CREATED, author);
}

absl::StatusOr<ImprovementChange> UpdateImprovement(const ImprovementKey& key,
                                                    const StoredImprovement& present,
                                                    const Improvement& content,
                                                    absl::Span<const std::string> fields,
                                                    const ImprovementAuthor& author) {
  StoredImprovement after = present;
  std::vector<std::string> changed;
  for (const std::string& name : fields) {
    const FieldDescriptor* field = FieldOf(name);
    if (BytesOf(content, field) == BytesOf(present.improvement, field)) continue;
    CopyFields(content, {field}, &after.improvement);
    changed.push_back(name);
  }
  if (changed.empty()) return ImprovementChange{.after = present, .writes = false};
  const Improvement::State state = present.improvement.state();
  if (!IsOpen(state)) return StateError(present, "is at its end and cannot be changed", "");
  if (state != Improvement::STATE_DEFINE) {
    for (const absl::string_view frozen : FrozenContent()) {
      if (std::find(changed.begin(), changed.end(), frozen) == changed.end()) continue;
      return StateError(present,
                        absl::StrCat("has a frozen baseline: ", frozen,
                                     " can be changed in state DEFINE only, to which "
                                     "AdvanceImprovement takes it back"),
                        "DEFINE");
    }
  }
  RETURN_IF_ERROR(CheckImprovement(key, after.improvement));
  RETURN_IF_ERROR(CheckNeeds(state, after.improvement));
  ImprovementChange change = Changed(present, std::move(after), Entry::KIND_UPDATED, author);
  *change.entry.mutable_fields() = {changed.begin(), changed.end()};
  return change;
}

ImprovementChange DeleteImprovement(const StoredImprovement& present,
                                    const ImprovementAuthor& author) {
  ImprovementChange change = Changed(present, present, Entry::KIND_DELETED, author);
  change.after = present;
  return change;
}

absl::StatusOr<Improvement::State> NextState(const StoredImprovement& present,
                                             Improvement::State asked, absl::string_view reason) {
  const Improvement::State state = present.improvement.state();
  if (!IsOpen(state)) return StateError(present, "is at its end and goes nowhere", "");
  const int to = asked == Improvement::STATE_UNSPECIFIED ? state + 1 : static_cast<int>(asked);
  if (!Improvement::State_IsValid(to))
    return base::FieldError("to_state", absl::StrCat("is ", to, ", which is no state"));
  if (to == Improvement::STATE_CLOSED) {
    return StateError(present,
                      state == Improvement::STATE_CONTROL
                          ? "is closed by CloseImprovement, with the verdict of the service"
                          : "can be closed from state CONTROL only, by CloseImprovement",
                      AllowedFrom(state));
  }
  const bool abandoned = to == Improvement::STATE_ABANDONED;
  if (!abandoned && (to == state || to > state + 1)) {
    return StateError(present,
                      absl::StrCat("is in state ", Word(state), " and cannot go to ",
                                   Word(static_cast<Improvement::State>(to)), "; it can go to ",
                                   AllowedFrom(state)),
                      AllowedFrom(state));
  }
  if ((abandoned || to < state) && reason.empty()) {
    return base::FieldError("reason", abandoned ? "is missing: say why it is given up"
                                                : "is missing: say why it goes back");
  }
  const auto next = static_cast<Improvement::State>(to);
  if (!abandoned) RETURN_IF_ERROR(CheckNeeds(next, present.improvement));
  return next;
}

ImprovementChange AdvanceImprovement(const StoredImprovement& present, Improvement::State to,
                                     const FrozenBaseline& baseline,
                                     const ImprovementAuthor& author) {
  StoredImprovement after = present;
  Improvement& one = after.improvement;
  one.set_state(to);
  if (to == Improvement::STATE_DEFINE) {
    one.clear_baseline();
    after.baseline.reset();
  } else if (to == Improvement::STATE_MEASURE &&
             present.improvement.state() == Improvement::STATE_DEFINE) {
    *one.mutable_baseline() = baseline.shown;
    after.baseline = baseline.kept;
  } else if (to == Improvement::STATE_ABANDONED) {
    one.set_closing_note(author.reason);
    *one.mutable_close_time() = ToTimestamp(absl::ToUnixMicros(author.time));
  }
  return Changed(present, std::move(after), Entry::KIND_ADVANCED, author);
}

absl::Status CheckClosing(const StoredImprovement& present) {
  const Improvement::State state = present.improvement.state();
  if (state == Improvement::STATE_CONTROL) return absl::OkStatus();
  return StateError(present,
                    absl::StrCat("is in state ", Word(state),
                                 "; only one in state CONTROL, whose change is being measured, can "
                                 "be closed"),
                    "CONTROL");
}

absl::StatusOr<ImprovementChange> CloseImprovement(const StoredImprovement& present,
                                                   const v1::ImprovementComparison& result,
                                                   bool allow_too_early,
                                                   const ImprovementAuthor& author) {
  if (result.verdict() == v1::ImprovementComparison::VERDICT_TOO_EARLY && !allow_too_early) {
    return StateError(
        present,
        absl::StrCat("cannot be closed yet: ", result.sentence(), ". Wait, or set allow_too_early"),
        "CONTROL");
  }
  StoredImprovement after = present;
  Improvement& one = after.improvement;
  one.set_state(Improvement::STATE_CLOSED);
  *one.mutable_result() = result;
  one.set_closing_note(author.reason);
  *one.mutable_close_time() = ToTimestamp(absl::ToUnixMicros(author.time));
  ImprovementChange change = Changed(present, std::move(after), Entry::KIND_CLOSED, author);
  change.entry.set_verdict(result.sentence());
  return change;
}

}  // namespace plumbline::analytics
