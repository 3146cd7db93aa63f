// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/xes_importer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/text.h"
#include "services/analytics/ingest/time_format.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

constexpr int kMaxDepth = 100;
constexpr int64_t kMaxGapBytes = 4 << 20;

// One byte more than any text may have, so that a longer one is still seen to be too long.
constexpr size_t kMaxValueBytes = 2'001;
constexpr size_t kMaxHeldBytes = 32 << 20;
constexpr size_t kMaxClassifiers = 100, kMaxClassifierKeys = 20;
// Attributes of one event that are gathered; the collector takes fewer.
constexpr size_t kMaxGathered = 1'000;

struct KeyValue {
  absl::string_view key, value;
};

KeyValue Read(absl::Span<const XmlAttribute> attributes) {
  KeyValue result;
  for (const XmlAttribute& one : attributes) {
    if (one.name == "key") result.key = one.value.substr(0, kMaxValueBytes);
    if (one.name == "value") result.value = one.value.substr(0, kMaxValueBytes);
  }
  return result;
}

absl::Status Format(absl::string_view message, int64_t line) {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("line ", line, ": ", message))
      .With("line", absl::StrCat(line));
}

// The value of an attribute of this type; what is not as its type says is kept as text.
AttributeValue ValueOf(absl::string_view type, absl::string_view text) {
  int64_t whole;
  double real;
  if (type == "int" && absl::SimpleAtoi(text, &whole)) return whole;
  if (type == "float" && absl::SimpleAtod(text, &real) && std::isfinite(real)) return real;
  if (type == "boolean" && absl::EqualsIgnoreCase(text, "true")) return true;
  if (type == "boolean" && absl::EqualsIgnoreCase(text, "false")) return false;
  if (type == "date" && ReadIsoTime(text, absl::UTCTimeZone(), &whole)) return Instant{whole};
  return std::string(text);
}

// "concept:name 'my key'" = concept:name, my key (IEEE 1849-2016, 4.1.4).
std::vector<std::string> KeysOf(absl::string_view text) {
  std::vector<std::string> keys;
  while (!(text = absl::StripLeadingAsciiWhitespace(text)).empty()) {
    const bool quoted = text[0] == '\'';
    if (quoted) text.remove_prefix(1);
    const size_t end =
        std::min(quoted ? text.find('\'') : text.find_first_of(" \t\r\n"), text.size());
    if (end > 0) keys.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + (quoted ? 1 : 0), text.size()));
  }
  return keys;
}

size_t BytesOf(const std::vector<std::pair<std::string, AttributeValue>>& attributes) {
  size_t bytes = attributes.size() * sizeof(attributes[0]);
  for (const auto& [key, value] : attributes) {
    const auto* text = std::get_if<std::string>(&value);
    bytes += key.size() + (text == nullptr ? 0 : text->size());
  }
  return bytes;
}

}  // namespace

XesImporter::XesImporter(const ImportOptions& options, BatchSink sink, const XmlReaderOptions& xml)
    : collector_(std::move(sink), options.known_ids),
      choice_(options.attributes),
      unnamed_(options.unnamed),
      classifier_(options.classifier),
      reader_(*this, xml) {}

void XesImporter::DeclaresEntity(absl::string_view name) {
  Fail(Format(absl::StrCat("the file declares the XML entity ", Quote(name),
                           ", which no event log needs; remove the DOCTYPE"),
              reader_.line()));
}

absl::Status XesImporter::Feed(absl::string_view bytes) { return Check(reader_.Feed(bytes)); }

absl::Status XesImporter::Check(bool read) const {
  RETURN_IF_ERROR(error_);
  if (!read) return Broken();
  if (reader_.fed() - element_at_ < kMaxGapBytes) return absl::OkStatus();
  return Format("an element or a text is longer than 4 MiB; no event log has such", reader_.line());
}

absl::Status XesImporter::Broken() const {
  return Format(reader_.truncated()
                    ? "the XES file is truncated: it ends before its log does; send the whole file"
                    : absl::StrCat("the XES file cannot be read: ", reader_.problem()),
                reader_.line());
}

void XesImporter::Fail(absl::Status error) {
  if (error_.ok()) error_ = std::move(error);
  reader_.Stop();
}

absl::StatusOr<ImportSummary> XesImporter::Finish() {
  RETURN_IF_ERROR(Check(reader_.Finish()));
  RETURN_IF_ERROR(collector_.Finish());
  ImportSummary summary{"xes", collector_.events(),     collector_.dropped(), CsvOptions(),
                        {},    collector_.Transitions()};
  summary.attributes = choice_.kept();
  summary.ignored_attributes = choice_.ignored();
  summary.classifier = classifier_;
  summary.classifiers = classifiers_;
  summary.event_ids = collector_.has_event_ids();
  return summary;
}

void XesImporter::StartElement(absl::string_view name, absl::Span<const XmlAttribute> attributes) {
  if (!error_.ok()) return;
  element_at_ = reader_.position();
  ++depth_;
  if (depth_ >= 4 && in_event_) return ReadEventAttribute(name, attributes);
  if (depth_ >= 3 && in_trace_) {
    if (depth_ == 3 && name == "event") return StartEvent();
    return ReadTraceAttribute(name, attributes);
  }
  if (depth_ <= 2) return StartTop(name, attributes);
  if (depth_ > kMaxDepth)
    Fail(Format(absl::StrCat("elements are nested deeper than ", kMaxDepth), reader_.line()));
}

void XesImporter::StartTop(absl::string_view name, absl::Span<const XmlAttribute> attributes) {
  if (depth_ == 1) {
    if (name == "log") return;
    return Fail(Format(absl::StrCat("the file is XML, but no XES: its first element is ",
                                    Quote(name), ", not 'log'"),
                       reader_.line()));
  }
  if (name == "classifier") return ReadClassifier(attributes);
  if (name == "event")
    collector_.Drop(DropReason::kOutsideTrace, "", [this] { return reader_.line(); });
  if (name == "trace") StartTrace();
}

void XesImporter::ReadClassifier(absl::Span<const XmlAttribute> attributes) {
  absl::string_view name, keys;
  for (const XmlAttribute& one : attributes) {
    if (one.name == "name") name = one.value;
    if (one.name == "keys") keys = one.value;
  }
  if (classifiers_.size() < kMaxClassifiers && name.size() <= kMaxValueBytes)
    classifiers_.emplace_back(name);
  if (classifier_.empty() || name != classifier_) return;
  classifier_keys_ = KeysOf(keys);
  if (!classifier_keys_.empty() && classifier_keys_.size() <= kMaxClassifierKeys) return;
  Fail(Format(absl::StrCat("the classifier ", Quote(name), " has ", classifier_keys_.size(),
                           " keys; one of 1 to ", kMaxClassifierKeys, " can be used"),
              reader_.line()));
}

void XesImporter::StartTrace() {
  in_trace_ = true;
  ++traces_;
  case_id_.clear();
  held_.clear();
  path_.clear();
  trace_attributes_.clear();
  if (classifier_.empty() || !classifier_keys_.empty()) return;
  std::vector<std::string> names;
  for (const std::string& name : classifiers_) names.push_back(Quote(name));
  Fail(base::Error(
           base::Reason::ERROR_REASON_IMPORT_COLUMN_MISSING,
           absl::StrCat("xes.classifier: the file has no classifier ", Quote(classifier_), "; ",
                        names.empty() ? "it has none, so leave it out"
                                      : absl::StrCat("it has ", absl::StrJoin(names, ", "))))
           .With("column", classifier_)
           .With("columns", absl::StrJoin(names, ", ")));
}

void XesImporter::StartEvent() {
  in_event_ = true;
  path_.clear();
  for (std::string* text : {&event_.activity, &event_.resource, &event_.transition, &event_.time,
                            &event_.start, &event_.id}) {
    text->clear();
  }
  event_.attributes.clear();
  event_.classified.assign(classifier_keys_.size(), "");
}

void XesImporter::ReadTraceAttribute(absl::string_view type,
                                     absl::Span<const XmlAttribute> attributes) {
  if (depth_ > kMaxDepth)
    return Fail(
        Format(absl::StrCat("elements are nested deeper than ", kMaxDepth), reader_.line()));
  const KeyValue pair = Read(attributes);
  const bool name = depth_ == 3 && pair.key == "concept:name";
  if (name) case_id_ = std::string(pair.value);
  if (choice_.any()) {
    path_.resize(static_cast<size_t>(depth_ - 3));
    path_.emplace_back(pair.key);
  } else if (depth_ > 3) {
    return;
  }
  if (!name) KeepAttribute(type, pair.key, pair.value, static_cast<size_t>(depth_ - 3));
}

void XesImporter::ReadEventAttribute(absl::string_view type,
                                     absl::Span<const XmlAttribute> attributes) {
  if (depth_ > kMaxDepth)
    return Fail(
        Format(absl::StrCat("elements are nested deeper than ", kMaxDepth), reader_.line()));
  const KeyValue pair = Read(attributes);
  if (choice_.any()) {
    path_.resize(static_cast<size_t>(depth_ - 4));
    path_.emplace_back(pair.key);
  } else if (depth_ > 4) {
    return;  // nobody asked for attributes within attributes
  }
  if (depth_ > 4) return KeepAttribute(type, pair.key, pair.value, static_cast<size_t>(depth_ - 4));
  for (size_t i = 0; i < classifier_keys_.size(); ++i) {
    if (pair.key == classifier_keys_[i]) event_.classified[i] = std::string(pair.value);
  }
  std::string* text = pair.key == "concept:name"           ? &event_.activity
                      : pair.key == "time:timestamp"       ? &event_.time
                      : pair.key == "org:resource"         ? &event_.resource
                      : pair.key == "lifecycle:transition" ? &event_.transition
                      : pair.key == "start_timestamp"      ? &event_.start
                      : pair.key == kEventIdKey            ? &event_.id
                                                           : nullptr;
  if (text != nullptr) {
    text->assign(pair.value.data(), pair.value.size());
  } else {
    KeepAttribute(type, pair.key, pair.value, 0);
  }
}

void XesImporter::KeepAttribute(absl::string_view type, absl::string_view key,
                                absl::string_view value, size_t depth) {
  // A list, and what stands in it: <list key="k"><values>...</values></list>.
  if (key.empty() || type == "list" || type == "container") return;
  std::string full = in_event_ ? "" : "case:";
  for (size_t i = 0; i < depth; ++i) {
    if (!path_[i].empty()) absl::StrAppend(&full, path_[i], "/");
    if (full.size() > kMaxValueBytes) return;
  }
  if (!full.empty()) {
    absl::StrAppend(&full, key);
    key = full;
  }
  if (!choice_.Wants(key)) return;
  auto& list = in_event_ ? event_.attributes : trace_attributes_;
  if (list.size() < kMaxGathered) list.emplace_back(std::string(key), ValueOf(type, value));
}

void XesImporter::EndElement() {
  if (!error_.ok()) return;
  element_at_ = reader_.position();
  if (depth_ == 3 && in_event_) {
    EndEvent();
  } else if (depth_ == 2 && in_trace_) {
    EndTrace();
  }
  --depth_;
}

size_t XesImporter::BytesOf(const Event& event) {
  return sizeof(Event) + event.activity.size() + event.resource.size() + event.transition.size() +
         event.time.size() + event.start.size() + event.id.size() +
         analytics::BytesOf(event.attributes);
}

void XesImporter::EndEvent() {
  in_event_ = false;
  path_.clear();
  if (!classifier_keys_.empty()) Classify(&event_);
  for (auto& attribute : std::exchange(trace_attributes_, {}))
    event_.attributes.push_back(std::move(attribute));
  if (!case_id_.empty()) return Collect(event_);
  event_.line = reader_.line();
  held_.push_back(event_);
  held_bytes_ += BytesOf(event_);
  // The standard puts the attributes of a trace before its events. Memory is the limit of patience
  // with others.
  if (held_.size() == kBlockRows || held_bytes_ > kMaxHeldBytes) NameTrace();
}

void XesImporter::Classify(Event* event) const {
  event->activity = absl::StrJoin(event->classified, "+");
  // Nothing at all is no activity.
  if (event->activity.size() + 1 == classifier_keys_.size()) event->activity.clear();
}

void XesImporter::NameTrace() {
  if (case_id_.empty()) case_id_ = absl::StrCat(unnamed_, traces_);
  held_bytes_ = 0;
  for (Event& event : std::exchange(held_, {})) Collect(event);
}

void XesImporter::EndTrace() {
  NameTrace();
  for (const auto& [key, value] : trace_attributes_) {
    // They came after the last event.
    collector_.Drop(DropReason::kAttribute, key, [this] { return reader_.line(); });
  }
  in_trace_ = false;
}

void XesImporter::Collect(Event& event) {
  auto where = [&] { return event.line != 0 ? event.line : reader_.line(); };
  RawEvent raw{case_id_, event.activity, event.resource, event.transition, event.id};
  std::vector<RawAttribute> attributes;
  for (auto& [key, value] : event.attributes) attributes.push_back({key, std::move(value)});
  raw.attributes = absl::MakeSpan(attributes);
  if (!event.activity.empty()) {
    if (!ReadIsoTime(event.time, absl::UTCTimeZone(), &raw.time, &last_day_)) {
      collector_.Drop(event.time.empty() ? DropReason::kTimeMissing : DropReason::kTimeUnreadable,
                      event.time, where);
      return;
    }
    if (!event.start.empty() && !ReadIsoTime(event.start, absl::UTCTimeZone(), &raw.start)) {
      return collector_.Drop(DropReason::kStartUnreadable, event.start, where);
    }
  }
  if (absl::Status status = collector_.Add(raw, where); !status.ok()) Fail(std::move(status));
}

}  // namespace plumbline::analytics
