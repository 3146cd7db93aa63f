// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/event_ids.h"
#include "services/analytics/serving/convert.h"

namespace plumbline::analytics {
namespace {

constexpr int kMaxEvents = 10'000;
constexpr size_t kMaxProducer = 200, kMaxText = 500, kMaxTransition = 100;
constexpr int kMaxAttributes = 32;
constexpr size_t kMaxKey = 100, kMaxStringValue = 2'000;
constexpr int64_t kFirstSecond = -62'135'596'800,
                  kLastSecond = 253'402'300'799;  // years 0001 to 9999
constexpr size_t kMaxViolations = 50;             // what is beyond says nothing new

using Violations = std::vector<base::FieldViolation>;

void CheckText(absl::string_view path, absl::string_view field, absl::string_view text,
               size_t least, size_t most, Violations& violations) {
  if (text.find('\0') != absl::string_view::npos) {
    violations.push_back({absl::StrCat(path, field),
                          "holds a zero byte; leave it out, for no file could hold the log"});
    return;
  }
  if (text.size() >= least && text.size() <= most) return;
  violations.push_back(
      {absl::StrCat(path, field),
       absl::StrCat("has ", text.size(), " bytes; it must have ", least, " to ", most)});
}

void CheckTime(absl::string_view path, absl::string_view field,
               const google::protobuf::Timestamp& time, Violations& violations) {
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond) {
    violations.push_back({absl::StrCat(path, field),
                          absl::StrCat("is ", time.seconds(),
                                       " s from 1970; it must be in the years 0001 to 9999")});
  } else if (time.nanos() < 0 || time.nanos() > 999'999'999) {
    violations.push_back({absl::StrCat(path, field, ".nanos"),
                          absl::StrCat("is ", time.nanos(), "; it must be 0 to 999,999,999")});
  }
}

void CheckAttribute(absl::string_view path, const v1::Attribute& attribute,
                    Violations& violations) {
  CheckText(path, "key", attribute.key(), 1, kMaxKey, violations);
  switch (attribute.value_case()) {
    case v1::Attribute::kStringValue:
      return CheckText(path, "string_value", attribute.string_value(), 0, kMaxStringValue,
                       violations);
    case v1::Attribute::kDoubleValue:
      if (std::isfinite(attribute.double_value())) return;
      violations.push_back({absl::StrCat(path, "double_value"), "is not a finite number"});
      return;
    case v1::Attribute::kTimeValue:
      return CheckTime(path, "time_value", attribute.time_value(), violations);
    case v1::Attribute::VALUE_NOT_SET:
      violations.push_back(
          {absl::StrCat(path, "value"), "is missing; set one of the *_value fields"});
      return;
    default:
      return;
  }
}

// No work takes less than no time.
void CheckStart(absl::string_view path, const v1::Event& event, Violations& violations) {
  const size_t known = violations.size();
  const auto& start = event.start_time();
  CheckTime(path, "start_time", start, violations);
  if (violations.size() > known || !event.has_time()) return;
  const auto time = [](const google::protobuf::Timestamp& at) {
    return absl::FromUnixSeconds(at.seconds()) + absl::Nanoseconds(at.nanos());
  };
  if (time(start) <= time(event.time())) return;
  const auto text = [&](const google::protobuf::Timestamp& at) {
    return absl::FormatTime(absl::RFC3339_full, time(at), absl::UTCTimeZone());
  };
  violations.push_back(
      {absl::StrCat(path, "start_time"),
       absl::StrCat("is ", text(start), ", after the time of the event, ", text(event.time()),
                    "; give the begin as start_time and the end as time, or leave "
                    "start_time out where the begin is not known")});
}

void CheckEvent(const v1::Event& event, int number, Violations& violations) {
  const std::string path = absl::StrCat("events[", number, "].");
  CheckText(path, "case_id", event.case_id(), 1, kMaxText, violations);
  CheckText(path, "activity", event.activity(), 1, kMaxText, violations);
  CheckText(path, "transition", event.transition(), 0, kMaxTransition, violations);
  CheckText(path, "resource", event.resource(), 0, kMaxText, violations);
  CheckText(path, "event_id", event.event_id(), 0, kMaxText, violations);
  if (event.has_time()) {
    CheckTime(path, "time", event.time(), violations);
  } else {
    violations.push_back({absl::StrCat(path, "time"), "is missing; every event has one"});
  }
  if (event.has_start_time()) CheckStart(path, event, violations);
  if (event.attributes_size() > kMaxAttributes) {
    violations.push_back(
        {absl::StrCat(path, "attributes"),
         absl::StrCat("has ", event.attributes_size(), " entries; at most ", kMaxAttributes)});
    return;
  }
  for (int i = 0; i < event.attributes_size(); ++i) {
    CheckAttribute(absl::StrCat(path, "attributes[", i, "]."), event.attributes(i), violations);
  }
}

int64_t ToMicros(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1'000;
}

AttributeValue ToValue(const v1::Attribute& attribute) {
  switch (attribute.value_case()) {
    case v1::Attribute::kIntValue:
      return attribute.int_value();
    case v1::Attribute::kDoubleValue:
      return attribute.double_value();
    case v1::Attribute::kBoolValue:
      return attribute.bool_value();
    case v1::Attribute::kTimeValue:
      return Instant{ToMicros(attribute.time_value())};
    default:
      return attribute.string_value();
  }
}

void AddProducer(absl::string_view field, absl::string_view producer, Violations& violations) {
  if (!producer.empty() && producer.size() <= kMaxProducer) return;
  violations.push_back(
      {std::string(field), absl::StrCat("has ", producer.size(), " bytes; it must have 1 to 200")});
}

}  // namespace

absl::Status CheckProducer(absl::string_view field, absl::string_view producer) {
  Violations violations;
  AddProducer(field, producer, violations);
  return base::FieldErrors(violations);
}

absl::StatusOr<WriteCommand> ToCommand(const v1::WriteEventsRequest& request) {
  ASSIGN_OR_RETURN(LogKey key, ToLogKey(request.name()));
  Violations violations;
  AddProducer("producer", request.producer(), violations);
  const int64_t last_first = std::numeric_limits<int64_t>::max() - kMaxEvents;
  if (request.first_sequence() < 1 || request.first_sequence() > last_first) {
    violations.push_back({"first_sequence",
                          absl::StrCat("is ", request.first_sequence(), "; numbers count from 1")});
  }
  if (request.events_size() < 1 || request.events_size() > kMaxEvents) {
    violations.push_back({"events", absl::StrCat("has ", request.events_size(),
                                                 " entries; it must have 1 to 10,000")});
  } else {
    for (int i = 0; i < request.events_size() && violations.size() < kMaxViolations; ++i) {
      CheckEvent(request.events(i), i, violations);
    }
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  return WriteCommand{std::move(key), request.producer(), request.first_sequence(),
                      request.resends(), request.allow_kept()};
}

EventBatch ToBatch(const v1::WriteEventsRequest& request, int skip) {
  EventBatch batch;
  for (int i = skip; i < request.events_size(); ++i) {
    const v1::Event& event = request.events(i);
    const uint32_t row = static_cast<uint32_t>(batch.size());
    auto optional = [](Dictionary& texts, const std::string& text) {
      return text.empty() ? kNoText : texts.Intern(text);
    };
    batch.case_id.push_back(batch.cases.Intern(event.case_id()));
    batch.activity.push_back(batch.activities.Intern(event.activity()));
    batch.resource.push_back(optional(batch.resources, event.resource()));
    batch.transition.push_back(optional(batch.transitions, event.transition()));
    batch.time.push_back(ToMicros(event.time()));
    if (event.has_start_time() || !batch.start.empty()) {
      batch.start.resize(row, kNoTime);
      batch.start.push_back(event.has_start_time() ? ToMicros(event.start_time()) : kNoTime);
    }
    if (!event.event_id().empty()) {
      batch.attributes.push_back({row, batch.attribute_keys.Intern(kEventIdKey), event.event_id()});
    }
    for (const v1::Attribute& attribute : event.attributes()) {
      // The field goes before an attribute that says the same.
      if (!event.event_id().empty() && attribute.key() == kEventIdKey) continue;
      batch.attributes.push_back(
          {row, batch.attribute_keys.Intern(attribute.key()), ToValue(attribute)});
    }
  }
  return batch;
}

}  // namespace plumbline::analytics
