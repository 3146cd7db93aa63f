// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/ocel_importer.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/attribute_text.h"
#include "services/analytics/ingest/text.h"
#include "services/analytics/ingest/time_format.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMaxObjectBytes = 256 << 20, kMaxHeldBytes = 256 << 20;
constexpr size_t kMaxTypes = 10'000, kMaxTypesShown = 20;
constexpr size_t kMaxTypeBytes = 500;
// What a kept object takes beside its texts, near enough.
constexpr size_t kObjectBytes = 96;

AttributeValue ValueOf(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::kBool:
      return value.truth;
    case JsonValue::Kind::kNumber: {
      int64_t whole;
      if (absl::SimpleAtoi(value.text, &whole)) return whole;
      double real;
      if (absl::SimpleAtod(value.text, &real) && std::isfinite(real)) return real;
      return value.text;
    }
    default:
      // The types of attributes are declared elsewhere in the file; a time is known by its looks.
      const AttributeValue read = ValueOfText(value.text);
      return std::holds_alternative<Instant>(read) ? read : AttributeValue(value.text);
  }
}

const std::vector<JsonValue>& ListOf(const JsonValue& value, absl::string_view name) {
  static const auto* const kNone = new std::vector<JsonValue>();
  const JsonValue* found = value.Find(name);
  return found == nullptr || found->kind != JsonValue::Kind::kList ? *kNone : found->list;
}

bool ReadTime(absl::string_view text, int64_t* micros) {
  return ReadIsoTime(text, absl::UTCTimeZone(), micros);
}

}  // namespace

OcelImporter::OcelImporter(const ImportOptions& options, BatchSink sink)
    : collector_(std::move(sink), options.known_ids),
      choice_(options.attributes),
      named_(!options.object_type.empty()),
      object_type_(options.object_type) {}

absl::Status OcelImporter::Feed(absl::string_view bytes) {
  const absl::Status fed =
      elements_.Feed(bytes, [this](absl::string_view member, absl::string_view element) {
        return TakeElement(member, element);
      });
  return fed.ok() || !elements_.ended() || elements_.met() ? fed : NotOcel(/*more=*/true);
}

absl::Status OcelImporter::NotOcel(bool more) const {
  std::vector<std::string> names;
  bool old = false;
  for (const std::string& name : elements_.members()) {
    names.push_back(Quote(name));
    old |= absl::StartsWith(name, "ocel:");
  }
  return base::Error(
             base::Reason::ERROR_REASON_IMPORT_FORMAT,
             absl::StrCat(
                 "the file is JSON, but not OCEL 2.0: its ", more ? "first object" : "object",
                 names.empty() ? " is empty"
                               : absl::StrCat(" has the members ", absl::StrJoin(names, ", ")),
                 old ? ", as OCEL 1.0 has them" : "",
                 ". What is read is one object with the lists 'events' and 'objects', and in each "
                 "event 'relationships' to objects. ",
                 old ? "Export it as OCEL 2.0"
                     : "Export the events as CSV, with columns for case, activity and time; events "
                       "as JSON, one a line, are taken by StreamEvents"))
      .With("line", absl::StrCat(elements_.line()));
}

absl::StatusOr<JsonValue> OcelImporter::Parse(absl::string_view element, const char* what) const {
  absl::StatusOr<JsonValue> value = ParseJson(element);
  absl::string_view wrong = value.ok() ? "it is no object" : value.status().message();
  if (value.ok() && value->kind == JsonValue::Kind::kObject) return value;
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("line ", elements_.line(), ": ", what,
                                  " of the OCEL file cannot be read: ", wrong))
      .With("line", absl::StrCat(elements_.line()));
}

absl::Status OcelImporter::TakeElement(absl::string_view member, absl::string_view element) {
  // Whatever follows the objects, there are no more of them.
  if (last_member_ == "objects" && member != "objects") {
    objects_done_ = true;
    RETURN_IF_ERROR(ChooseType());
  }
  last_member_ = std::string(member);
  if (member == "objects") {
    ASSIGN_OR_RETURN(const JsonValue object, Parse(element, "an object"));
    return TakeObject(object);
  }
  if (member != "events") return absl::OkStatus();
  if (!ObjectsAreKnown()) {
    held_bytes_ += element.size() + sizeof(held_[0]);
    if (held_bytes_ > kMaxHeldBytes)
      return TooMuch("the events before its objects; write the objects first");
    held_.emplace_back(elements_.line(), std::string(element));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const JsonValue event, Parse(element, "an event"));
  return TakeEvent(event, elements_.line());
}

absl::Status OcelImporter::TooMuch(absl::string_view what) const {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("line ", elements_.line(),
                                  ": the OCEL file needs more than 256 MiB of memory for ", what))
      .With("line", absl::StrCat(elements_.line()));
}

OcelImporter::Attributes OcelImporter::AttributesOf(const JsonValue& object) {
  Attributes kept;
  std::vector<int64_t> times;
  for (const JsonValue& attribute : ListOf(object, "attributes")) {
    std::string key = absl::StrCat("case:", attribute.TextOf("name"));
    const JsonValue* value = attribute.Find("value");
    if (value == nullptr || !choice_.Wants(key)) continue;
    int64_t time = 0;
    ReadTime(attribute.TextOf("time"), &time);
    const auto same =
        std::find_if(kept.begin(), kept.end(), [&](const auto& one) { return one.first == key; });
    const size_t at = static_cast<size_t>(same - kept.begin());
    if (same == kept.end()) {
      kept.emplace_back(std::move(key), ValueOf(*value));
      times.push_back(time);
    } else if (time < times[at]) {
      same->second = ValueOf(*value);
      times[at] = time;
    }
    if (kept.size() == 100) break;  // the collector takes fewer
  }
  return kept;
}

absl::Status OcelImporter::TakeObject(const JsonValue& object) {
  if (objects_done_) return TooMuch("a second list of objects; write one");
  const std::string type(object.TextOf("type").substr(0, kMaxTypeBytes)), id(object.TextOf("id"));
  if (types_.size() < kMaxTypes || types_.contains(type)) ++types_[type];
  if (object_type_.empty()) object_type_ = type;
  if (type != object_type_ || id.empty()) return absl::OkStatus();
  Attributes attributes = AttributesOf(object);
  object_bytes_ += kObjectBytes + id.size();
  for (const auto& [key, value] : attributes) {
    const auto* text = std::get_if<std::string>(&value);
    object_bytes_ += sizeof(attributes[0]) + key.size() + (text == nullptr ? 0 : text->size());
  }
  if (object_bytes_ > kMaxObjectBytes)
    return TooMuch(
        "the objects of the type that is chosen; choose fewer attributes or export a part");
  objects_.emplace(id, std::move(attributes));
  return absl::OkStatus();
}

absl::Status OcelImporter::ChooseType() {
  if (named_ ? types_.contains(object_type_) : types_.size() == 1) return TakeHeld();
  if (types_.empty()) {
    return base::Error(
        base::Reason::ERROR_REASON_IMPORT_EMPTY,
        "the file holds no objects (\"objects\"), of which each is a case, so that "
        "there is nothing to import: look whether the export was filtered to nothing");
  }
  std::vector<std::string> shown;
  for (const auto& [type, count] : types_) {
    if (shown.size() == kMaxTypesShown) break;
    shown.push_back(absl::StrCat(Quote(type), " (", count, count == 1 ? " object)" : " objects)"));
  }
  const std::string has = absl::StrCat("it has ", absl::StrJoin(shown, ", "));
  return base::FieldError("ocel.object_type",
                          named_
                              ? absl::StrCat("is ", Quote(object_type_),
                                             ", but no object of the file is of that type; ", has)
                              : absl::StrCat("is missing: say which objects are the cases; ", has));
}

absl::Status OcelImporter::TakeHeld() {
  for (auto& [line, text] : std::exchange(held_, {})) {
    ASSIGN_OR_RETURN(const JsonValue event, Parse(text, "an event"));
    RETURN_IF_ERROR(TakeEvent(event, line));
    text = std::string();
  }
  return absl::OkStatus();
}

absl::Status OcelImporter::TakeEvent(const JsonValue& event, int64_t line) {
  const auto where = [line] { return line; };
  RawEvent raw;
  raw.activity = event.TextOf("type");
  raw.event_id = event.TextOf("id");
  const absl::string_view time = event.TextOf("time");
  if (!ReadTime(time, &raw.time)) {
    collector_.Drop(time.empty() ? DropReason::kTimeMissing : DropReason::kTimeUnreadable, time,
                    where);
    return absl::OkStatus();
  }
  std::vector<RawAttribute> attributes;
  for (const JsonValue& attribute : ListOf(event, "attributes")) {
    const absl::string_view key = attribute.TextOf("name");
    const JsonValue* value = attribute.Find("value");
    if (value == nullptr || attributes.size() == 100) continue;
    const bool text = value->kind == JsonValue::Kind::kText;
    if (text && (key == "org:resource" || absl::EqualsIgnoreCase(key, "resource"))) {
      raw.resource = value->text;
    } else if (text && key == "lifecycle:transition") {
      raw.transition = value->text;
    } else if (choice_.Wants(key)) {
      attributes.push_back({key, ValueOf(*value)});
    }
  }
  std::vector<absl::string_view> cases;
  for (const JsonValue& relation : ListOf(event, "relationships")) {
    const absl::string_view object = relation.TextOf("objectId");
    // An event may be related to an object in several ways.
    if (objects_.contains(object) && std::find(cases.begin(), cases.end(), object) == cases.end())
      cases.push_back(object);
  }
  if (cases.empty()) collector_.Drop(DropReason::kNoObject, raw.event_id, where);
  for (const absl::string_view object : cases)
    RETURN_IF_ERROR(AddEvent(std::string(object), raw, attributes, line));
  return absl::OkStatus();
}

absl::Status OcelImporter::AddEvent(const std::string& object, RawEvent raw,
                                    const std::vector<RawAttribute>& attributes, int64_t line) {
  raw.case_id = object;
  std::vector<RawAttribute> all = attributes;
  const Attributes of_case = std::exchange(objects_[object], {});
  for (const auto& [key, value] : of_case) all.push_back({key, value});
  raw.attributes = absl::MakeSpan(all);
  return collector_.Add(raw, [line] { return line; });
}

absl::StatusOr<ImportSummary> OcelImporter::Finish() {
  RETURN_IF_ERROR(elements_.Finish());
  if (!elements_.met()) return NotOcel(/*more=*/false);
  if (!objects_done_) {
    objects_done_ = true;
    RETURN_IF_ERROR(ChooseType());
  }
  RETURN_IF_ERROR(collector_.Finish());
  ImportSummary summary{"ocel", collector_.events(),     collector_.dropped(), CsvOptions(),
                        {},     collector_.Transitions()};
  summary.attributes = choice_.kept();
  summary.ignored_attributes = choice_.ignored();
  summary.object_type = object_type_;
  summary.event_ids = collector_.has_event_ids();
  return summary;
}

}  // namespace plumbline::analytics
