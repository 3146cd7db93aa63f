// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/analytics/export/log_writer.h"
#include "services/analytics/export/row_walk.h"
#include "services/analytics/ingest/attribute_text.h"
#include "services/analytics/log/event_ids.h"

namespace plumbline::analytics {
namespace {

constexpr int kRowsAtOnce = 1'000;
constexpr absl::string_view kHead =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Identity" prefix="identity" uri="http://www.xes-standard.org/identity.xesext"/>
<classifier name="Activity" scope="event" keys="concept:name"/>
)";
constexpr absl::string_view kTransitionClassifier =
    "<classifier name=\"Activity and transition\" scope=\"event\" "
    "keys=\"concept:name lifecycle:transition\"/>\n";
// What an importer takes for a part of the event or the trace.
constexpr absl::string_view kTaken[] = {"concept:name", "time:timestamp", "org:resource",
                                        "lifecycle:transition", "start_timestamp"};
constexpr absl::string_view kReplacement = "\xef\xbf\xbd";

bool IsTaken(absl::string_view key) {
  return std::find(std::begin(kTaken), std::end(kTaken), key) != std::end(kTaken);
}

const char* TypeOf(const AttributeValue& value) {
  constexpr const char* kTypes[] = {"string", "int", "float", "boolean", "date"};
  return kTypes[value.index()];
}

class XesLogWriter final : public LogWriter {
 public:
  explicit XesLogWriter(LogToWrite log)
      : log_(std::move(log.log)),
        selected_(std::move(log.selected)),
        id_key_(log_->FindAttributeKey(kEventIdKey)) {}

  bool Next(std::string* out) override;
  int64_t events() const override { return walk_.rows(); }
  int64_t cases() const override { return walk_.cases(); }
  int64_t replaced_characters() const override { return replaced_; }

 private:
  void WriteEvent(std::string* out);
  void BeginCase(std::string* out);
  // <type key="..." value="..."/>
  void Write(absl::string_view type, absl::string_view key, absl::string_view value,
             std::string* out);
  void WriteTime(absl::string_view key, int64_t micros, std::string* out);
  void WriteAttribute(const EventAttribute& attribute, std::string* out);
  // A text within double quotes, as XML 1.0 has it.
  void Escape(absl::string_view text, std::string* out);
  // Whether the attribute stands at the trace; the row is the first of its case.
  bool IsOfTrace(const EventAttribute& attribute) const;

  const std::shared_ptr<const LogSnapshot> log_;
  const std::optional<Selected> selected_;
  const uint32_t id_key_;
  RowWalk walk_{*log_, selected_};
  bool begun_ = false, ended_ = false;
  int64_t replaced_ = 0;
};

bool XesLogWriter::Next(std::string* out) {
  if (ended_) return false;
  if (!begun_) {
    begun_ = true;
    absl::StrAppend(out, kHead, log_->transitions.empty() ? "" : kTransitionClassifier);
  }
  for (int rows = 0; rows < kRowsAtOnce; ++rows) {
    ended_ = !walk_.Next();
    if (ended_) break;
    WriteEvent(out);
  }
  if (ended_) out->append("</log>\n");
  return true;
}

bool XesLogWriter::IsOfTrace(const EventAttribute& attribute) const {
  absl::string_view key = log_->attribute_keys[attribute.key];
  return absl::ConsumePrefix(&key, "case:") && !key.empty() && key != "concept:name";
}

void XesLogWriter::BeginCase(std::string* out) {
  out->append("<trace>\n");
  Write("string", "concept:name", log_->cases[walk_.case_number()], out);
  for (const EventAttribute& one : walk_.attributes()) {
    if (!IsOfTrace(one)) continue;
    Write(TypeOf(one.value), absl::StripPrefix(log_->attribute_keys[one.key], "case:"),
          TextOfValue(one.value), out);
  }
}

void XesLogWriter::WriteEvent(std::string* out) {
  const LogSnapshot& log = *log_;
  const uint32_t row = walk_.row();
  const bool first = walk_.first_of_case();
  if (first) BeginCase(out);
  out->append("<event>\n");
  Write("string", "concept:name", log.activities[log.activity[row]], out);
  WriteTime("time:timestamp", log.time[row], out);
  if (!log.start.empty() && log.start[row] != kNoTime)
    WriteTime("start_timestamp", log.start[row], out);
  if (const uint32_t id = log.ResourceOf(row); id != kNoText)
    Write("string", "org:resource", log.resources[id], out);
  if (const uint32_t id = log.TransitionOf(row); id != kNoText)
    Write("string", "lifecycle:transition", log.transitions[id], out);
  for (const EventAttribute& one : walk_.attributes()) {
    if (!first || !IsOfTrace(one)) WriteAttribute(one, out);
  }
  out->append("</event>\n");
  if (walk_.last_of_case()) out->append("</trace>\n");
}

void XesLogWriter::WriteAttribute(const EventAttribute& attribute, std::string* out) {
  const std::string& key = log_->attribute_keys[attribute.key];
  const bool number_as_id = attribute.key == id_key_ && attribute.value.index() != 0;
  Write(TypeOf(attribute.value),
        IsTaken(key) || number_as_id ? absl::StrCat("attribute:", key) : key,
        TextOfValue(attribute.value), out);
}

void XesLogWriter::Write(absl::string_view type, absl::string_view key, absl::string_view value,
                         std::string* out) {
  absl::StrAppend(out, "<", type, " key=\"");
  Escape(key, out);
  out->append("\" value=\"");
  Escape(value, out);
  out->append("\"/>\n");
}

void XesLogWriter::WriteTime(absl::string_view key, int64_t micros, std::string* out) {
  absl::StrAppend(out, "<date key=\"", key, "\" value=\"");
  AppendTime(micros, out);
  out->append("\"/>\n");
}

void XesLogWriter::Escape(absl::string_view text, std::string* out) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (c == '&') {
      out->append("&amp;");
    } else if (c == '<') {
      out->append("&lt;");
    } else if (c == '>') {
      out->append("&gt;");
    } else if (c == '"') {
      out->append("&quot;");
    } else if (c == '\t' || c == '\n' || c == '\r') {
      absl::StrAppend(out, "&#", static_cast<int>(c), ";");
    } else if (c < ' ' || text.substr(i, 3) == "\xef\xbf\xbe" ||
               text.substr(i, 3) == "\xef\xbf\xbf") {
      out->append(kReplacement.data(), kReplacement.size());
      ++replaced_;
      i += c < ' ' ? 0 : 2;
    } else {
      out->push_back(text[i]);
    }
  }
}

}  // namespace

std::unique_ptr<LogWriter> NewXesLogWriter(LogToWrite log) {
  return std::make_unique<XesLogWriter>(std::move(log));
}

}  // namespace plumbline::analytics
