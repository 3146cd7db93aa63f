// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/collector.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/text.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMaxTextBytes = 500;        // case, activity, resource: analytics.proto, Event
constexpr size_t kMaxTransitionBytes = 100;  // as above
constexpr size_t kMaxSamples = 5;
constexpr size_t kMaxTransitions = 1'000;  // that are counted

constexpr absl::string_view kSentences[kDropReasons] = {
    "the case is missing",
    "the activity is missing",
    "the time is missing",
    "the time cannot be read",
    "the start time cannot be read",
    "the text is not UTF-8; save the file with that encoding (in Excel \"CSV UTF-8\")",
    "a text is too long: case, activity and resource have up to 500 bytes, a transition 100",
    "the number of columns is not that of the header",
    "a quoted field goes on after its closing quote",
    "the event stands outside of a trace",
    "a text has a zero byte",
    "its case has an event with the same id already",
    "it is related to no object of the chosen type",
    "an attribute is left out, and its event kept: keys have 1 to 100 bytes, texts up to 2,000, "
    "both "
    "UTF-8 without zero bytes, and an event up to 32",
    "the start is after the time of the event, which is kept without a start; perhaps the columns "
    "of begin and end are the wrong way round",
};
// analytics.proto, Attribute and Event.
constexpr size_t kMaxKeyBytes = 100, kMaxValueBytes = 2'000, kMaxAttributes = 32;
// Texts and attributes of a batch, near enough: what is more makes a batch of its own.
constexpr size_t kBatchBytes = 16 << 20;
// What a text takes in a dictionary beside itself.
constexpr size_t kTextBytes = 64;

bool HasZero(absl::string_view text) { return text.find('\0') != absl::string_view::npos; }

}  // namespace

bool Collector::Intern(Dictionary& dictionary, absl::string_view text, size_t limit, uint32_t* id,
                       Line line) {
  const bool plain = text.size() <= limit && IsPlainAscii(text);
  if (!plain && (*id = dictionary.Find(text)) != kNoText) return true;
  if (!plain && (text.size() > limit || !IsUtf8(text) || HasZero(text))) {
    Drop(text.size() > limit ? DropReason::kTooLong
         : IsUtf8(text)      ? DropReason::kZeroByte
                             : DropReason::kNotUtf8,
         text, line);
    return false;
  }
  const uint32_t known = dictionary.size();
  *id = dictionary.Intern(text);
  if (*id == known) batch_bytes_ += kTextBytes + text.size();
  return true;
}

bool Collector::InternRecent(RecentTexts& recent, Dictionary& dictionary, absl::string_view text,
                             size_t limit, uint32_t* id, Line line) {
  *id = kNoText;
  if (text.empty()) return true;
  *id = recent.Find(text);
  if (*id != kNoText) return true;
  if (!Intern(dictionary, text, limit, id, line)) return false;
  recent.Put(dictionary[*id], *id);
  return true;
}

bool Collector::InternAll(const RawEvent& event, Line line) {
  if (!InternRecent(activities_, batch_.activities, event.activity, kMaxTextBytes, &activity_,
                    line) ||
      !InternRecent(resources_, batch_.resources, event.resource, kMaxTextBytes, &resource_,
                    line) ||
      !InternRecent(transitions_of_batch_, batch_.transitions, event.transition,
                    kMaxTransitionBytes, &transition_, line)) {
    return false;
  }
  if (last_case_id_ != kNoText && event.case_id == last_case_) return true;
  uint32_t id;
  if (!Intern(batch_.cases, event.case_id, kMaxTextBytes, &id, line)) return false;
  last_case_id_ = id;
  last_case_ = batch_.cases[id];
  return true;
}

bool Collector::IsNew(const RawEvent& event, Line line) {
  const absl::string_view id = event.event_id;
  if (id.size() > kMaxTextBytes || !IsUtf8(id) || HasZero(id)) {
    Drop(id.size() > kMaxTextBytes ? DropReason::kTooLong
         : IsUtf8(id)              ? DropReason::kZeroByte
                                   : DropReason::kNotUtf8,
         id, line);
    return false;
  }
  has_event_ids_ = true;
  if (ids_ == nullptr && known_ids_ != nullptr) ids_ = known_ids_();
  if (ids_ == nullptr) ids_ = std::make_shared<EventIds>();
  if (ids_->Insert(event.case_id, id)) return true;
  Drop(DropReason::kSameId, id, line);
  return false;
}

absl::string_view Collector::Fault(const RawAttribute& attribute) const {
  const absl::string_view key = attribute.key;
  if (key.empty() || key.size() > kMaxKeyBytes || !IsUtf8(key) || HasZero(key)) return key;
  const auto* text = std::get_if<std::string>(&attribute.value);
  if (text == nullptr) return {};
  const bool fits = text->size() <= kMaxValueBytes && IsUtf8(*text) && !HasZero(*text);
  return fits ? absl::string_view() : absl::string_view(*text);
}

void Collector::AddAttribute(absl::string_view key, AttributeValue value) {
  const auto* text = std::get_if<std::string>(&value);
  batch_bytes_ += sizeof(EventAttribute) + (text == nullptr ? 0 : text->size());
  batch_.attributes.push_back({static_cast<uint32_t>(batch_.size() - 1),
                               batch_.attribute_keys.Intern(key), std::move(value)});
}

void Collector::AddAttributes(const RawEvent& event, Line line) {
  size_t count = 0;
  if (!event.event_id.empty()) {
    AddAttribute(kEventIdKey, std::string(event.event_id));
    ++count;
  }
  for (RawAttribute& attribute : event.attributes) {
    const absl::string_view fault = Fault(attribute);
    if (count == kMaxAttributes || attribute.key.empty() || fault.data() != nullptr) {
      Drop(DropReason::kAttribute, fault.data() == nullptr ? attribute.key : fault, line);
      continue;
    }
    AddAttribute(attribute.key, std::move(attribute.value));
    ++count;
  }
}

void Collector::AddRow(const RawEvent& event) {
  batch_.case_id.push_back(last_case_id_);
  batch_.activity.push_back(activity_);
  batch_.resource.push_back(resource_);
  batch_.transition.push_back(transition_);
  batch_.time.push_back(event.time);
  if (event.start != kNoTime || !batch_.start.empty()) {
    batch_.start.resize(batch_.time.size() - 1, kNoTime);
    // Work of less than no time is none.
    batch_.start.push_back(event.start > event.time ? kNoTime : event.start);
  }
}

void Collector::CheckStart(const RawEvent& event, Line line) {
  if (event.start == kNoTime || event.start <= event.time) return;
  const auto text = [](int64_t micros) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(micros),
                            absl::UTCTimeZone());
  };
  Drop(DropReason::kStartAfterEnd, absl::StrCat(text(event.start), " > ", text(event.time)), line);
}

absl::Status Collector::Add(const RawEvent& event, Line line) {
  if (event.case_id.empty() || event.activity.empty()) {
    Drop(event.case_id.empty() ? DropReason::kCaseMissing : DropReason::kActivityMissing,
         event.case_id, line);
    return absl::OkStatus();
  }
  if (!InternAll(event, line)) return absl::OkStatus();
  if (!event.event_id.empty() && !IsNew(event, line)) return absl::OkStatus();
  CheckStart(event, line);
  AddRow(event);
  if (!event.event_id.empty() || !event.attributes.empty()) AddAttributes(event, line);
  ++events_;
  const bool full = batch_.size() >= kBlockRows || batch_bytes_ >= kBatchBytes;
  return full ? Cut() : absl::OkStatus();
}

absl::Status Collector::Cut() {
  last_case_id_ = kNoText;
  for (RecentTexts* recent : {&activities_, &resources_, &transitions_of_batch_}) recent->Clear();
  batch_bytes_ = 0;
  std::vector<int64_t> counts(batch_.transitions.size());
  for (const uint32_t transition : batch_.transition) {
    if (transition != kNoText) ++counts[transition];
  }
  for (uint32_t i = 0; i < counts.size(); ++i) {
    const std::string name(batch_.transitions[i]);
    if (transitions_.size() < kMaxTransitions || transitions_.contains(name))
      transitions_[name] += counts[i];
  }
  EventBatch next;
  // A file with one full batch has more.
  if (batch_.size() >= kBlockRows) {
    for (auto* column : {&next.case_id, &next.activity, &next.resource, &next.transition})
      column->reserve(kBlockRows);
    next.time.reserve(kBlockRows);
  }
  return sink_(std::exchange(batch_, std::move(next)));
}

void Collector::Drop(DropReason reason, absl::string_view sample, Line line) {
  Dropped& dropped = dropped_[static_cast<size_t>(reason)];
  ++dropped.count;
  if (dropped.samples.size() >= kMaxSamples) return;
  dropped.samples.push_back(absl::StrCat("line ", line(), sample.empty() ? "" : ": ",
                                         sample.empty() ? "" : Quote(sample)));
}

std::vector<Dropped> Collector::dropped() const {
  std::vector<Dropped> result;
  for (size_t i = 0; i < kDropReasons; ++i) {
    if (dropped_[i].count == 0) continue;
    result.push_back(dropped_[i]);
    result.back().reason = std::string(kSentences[i]);
  }
  return result;
}

std::vector<std::pair<std::string, int64_t>> Collector::Transitions() const {
  std::vector<std::pair<std::string, int64_t>> result(transitions_.begin(), transitions_.end());
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return result;
}

absl::Status Collector::Finish() {
  if (events_ > 0) return batch_.empty() ? absl::OkStatus() : Cut();
  std::vector<std::string> reasons;
  for (const Dropped& dropped : this->dropped()) {
    reasons.push_back(absl::StrCat(dropped.count, " dropped because ", dropped.reason, " (",
                                   dropped.samples[0], ")"));
  }
  if (reasons.empty()) {
    return base::Error(base::Reason::ERROR_REASON_IMPORT_EMPTY,
                       "the file holds no events; in a CSV file each line below the names of the "
                       "columns is one, in an XES file each <event> of a <trace>: look whether the "
                       "export was filtered to nothing");
  }
  return base::Error(
      base::Reason::ERROR_REASON_IMPORT_EMPTY,
      absl::StrCat("the file holds no event that can be read: ", absl::StrJoin(reasons, "; ")));
}

}  // namespace plumbline::analytics
