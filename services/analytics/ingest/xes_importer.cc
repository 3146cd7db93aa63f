// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/xes_importer.h"

#include <expat.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/text.h"
#include "services/analytics/ingest/time_format.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

constexpr int kMaxDepth = 100;
// expat begins an incomplete tag again with every piece, so pieces are not small and tags not
// endless.
constexpr size_t kPieceBytes = 64 << 10;
constexpr int64_t kMaxGapBytes = 4 << 20;

// One byte more than any text may have, so that a longer one is still seen to be too long.
constexpr size_t kMaxValueBytes = 501;
constexpr size_t kMaxHeldBytes = 32 << 20;

struct KeyValue {
  absl::string_view key, value;
};

KeyValue Read(const char** attributes) {
  KeyValue result;
  for (; *attributes != nullptr; attributes += 2) {
    const absl::string_view name = attributes[0];
    if (name == "key") result.key = attributes[1];
    if (name == "value") result.value = absl::string_view(attributes[1]).substr(0, kMaxValueBytes);
  }
  return result;
}

absl::Status Format(absl::string_view message, int64_t line) {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                     absl::StrCat("line ", line, ": ", message))
      .With("line", absl::StrCat(line));
}

absl::string_view WhatIsBroken(XML_Error code) {
  switch (code) {
    case XML_ERROR_TAG_MISMATCH:
      return "an end tag does not fit its start tag";
    case XML_ERROR_DUPLICATE_ATTRIBUTE:
      return "an element has an attribute twice";
    case XML_ERROR_UNDEFINED_ENTITY:
      return "an entity is used that XML does not define";
    case XML_ERROR_BAD_CHAR_REF:
      return "a character reference names no character";
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING:
      return "the encoding that it declares is not known; save it as UTF-8";
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
      return "something follows the end of the log";
    case XML_ERROR_INVALID_TOKEN:
      return "it is not well-formed XML, or not in the encoding that it declares";
    default:
      return "it is not well-formed XML";
  }
}

}  // namespace

XesImporter::XesImporter(BatchSink sink, std::string unnamed)
    : collector_(std::move(sink)),
      unnamed_(std::move(unnamed)),
      parser_(XML_ParserCreate(nullptr), XML_ParserFree) {
  XML_SetUserData(parser_.get(), this);
  XML_SetElementHandler(
      parser_.get(),
      [](void* self, const char* name, const char** attributes) {
        static_cast<XesImporter*>(self)->StartElement(name, attributes);
      },
      [](void* self, const char*) { static_cast<XesImporter*>(self)->EndElement(); });
  XML_SetEntityDeclHandler(parser_.get(), [](void* self, const char* name, int, const char*, int,
                                             const char*, const char*, const char*, const char*) {
    auto* importer = static_cast<XesImporter*>(self);
    importer->Fail(Format(absl::StrCat("the file declares the XML entity ", Quote(name),
                                       ", which no event log needs; remove the DOCTYPE"),
                          importer->line()));
  });
}

XesImporter::~XesImporter() = default;

int64_t XesImporter::line() const {
  return static_cast<int64_t>(XML_GetCurrentLineNumber(parser_.get()));
}

absl::Status XesImporter::Feed(absl::string_view bytes) {
  pending_.append(bytes.data(), bytes.size());
  return pending_.size() < kPieceBytes ? absl::OkStatus() : Parse(false);
}

absl::Status XesImporter::Parse(bool last) {
  const XML_Status status =
      XML_Parse(parser_.get(), pending_.data(), static_cast<int>(pending_.size()),
                last ? XML_TRUE : XML_FALSE);
  fed_ += static_cast<int64_t>(pending_.size());
  pending_.clear();
  RETURN_IF_ERROR(error_);
  if (status != XML_STATUS_OK) return Broken();
  if (fed_ - element_at_ < kMaxGapBytes) return absl::OkStatus();
  return Format("an element or a text is longer than 4 MiB; no event log has such", line());
}

absl::Status XesImporter::Broken() const {
  const XML_Error code = XML_GetErrorCode(parser_.get());
  if (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
      code == XML_ERROR_PARTIAL_CHAR) {
    return Format("the XES file is truncated: it ends before its log does; send the whole file",
                  line());
  }
  return Format(absl::StrCat("the XES file cannot be read: ", WhatIsBroken(code)), line());
}

void XesImporter::Fail(absl::Status error) {
  if (error_.ok()) error_ = std::move(error);
  XML_StopParser(parser_.get(), XML_FALSE);
}

absl::StatusOr<ImportSummary> XesImporter::Finish() {
  RETURN_IF_ERROR(Parse(true));
  RETURN_IF_ERROR(collector_.Finish());
  return ImportSummary{"xes", collector_.events(),     collector_.dropped(), CsvOptions(),
                       {},    collector_.Transitions()};
}

void XesImporter::StartElement(const char* name, const char** attributes) {
  if (!error_.ok()) return;
  element_at_ = XML_GetCurrentByteIndex(parser_.get());
  ++depth_;
  if (depth_ == 4 && in_event_) return ReadEventAttribute(attributes);
  if (depth_ == 3 && in_trace_) {
    if (absl::string_view(name) != "event") {
      const KeyValue pair = Read(attributes);
      if (pair.key == "concept:name") case_id_ = std::string(pair.value);
      return;
    }
    in_event_ = true;
    for (std::string* text :
         {&event_.activity, &event_.resource, &event_.transition, &event_.time, &event_.start}) {
      text->clear();
    }
    return;
  }
  if (depth_ <= 2) return StartTop(name);
  if (depth_ > kMaxDepth)
    Fail(Format(absl::StrCat("elements are nested deeper than ", kMaxDepth), line()));
}

void XesImporter::StartTop(absl::string_view name) {
  if (depth_ == 1) {
    if (name == "log") return;
    return Fail(Format(absl::StrCat("the file is XML, but no XES: its first element is ",
                                    Quote(name), ", not 'log'"),
                       line()));
  }
  if (name == "event") collector_.Drop(DropReason::kOutsideTrace, "", [this] { return line(); });
  if (name != "trace") return;
  in_trace_ = true;
  ++traces_;
  case_id_.clear();
  held_.clear();
}

void XesImporter::ReadEventAttribute(const char** attributes) {
  const KeyValue pair = Read(attributes);
  std::string* text = pair.key == "concept:name"           ? &event_.activity
                      : pair.key == "time:timestamp"       ? &event_.time
                      : pair.key == "org:resource"         ? &event_.resource
                      : pair.key == "lifecycle:transition" ? &event_.transition
                      : pair.key == "start_timestamp"      ? &event_.start
                                                           : nullptr;
  if (text != nullptr) text->assign(pair.value.data(), pair.value.size());
}

void XesImporter::EndElement() {
  if (!error_.ok()) return;
  element_at_ = XML_GetCurrentByteIndex(parser_.get());
  if (depth_ == 3 && in_event_) {
    EndEvent();
  } else if (depth_ == 2 && in_trace_) {
    EndTrace();
  }
  --depth_;
}

size_t XesImporter::BytesOf(const Event& event) {
  return sizeof(Event) + event.activity.size() + event.resource.size() + event.transition.size() +
         event.time.size() + event.start.size();
}

void XesImporter::EndEvent() {
  in_event_ = false;
  if (!case_id_.empty()) return Collect(event_);
  event_.line = line();
  held_.push_back(event_);
  held_bytes_ += BytesOf(event_);
  // The standard puts the attributes of a trace before its events. Memory is the limit of patience
  // with others.
  if (held_.size() == kBlockRows || held_bytes_ > kMaxHeldBytes) NameTrace();
}

void XesImporter::NameTrace() {
  if (case_id_.empty()) case_id_ = absl::StrCat(unnamed_, traces_);
  held_bytes_ = 0;
  for (const Event& event : std::exchange(held_, {})) Collect(event);
}

void XesImporter::EndTrace() {
  NameTrace();
  in_trace_ = false;
}

void XesImporter::Collect(const Event& event) {
  auto where = [&] { return event.line != 0 ? event.line : line(); };
  RawEvent raw{case_id_, event.activity, event.resource, event.transition};
  if (!event.activity.empty()) {
    if (!ReadIsoTime(event.time, absl::UTCTimeZone(), &raw.time)) {
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
