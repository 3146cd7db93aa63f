// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/xml_reader.h"

#include <expat.h>

#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"

namespace plumbline::analytics {
namespace {

absl::string_view ProblemOf(XML_Error code) {
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

XmlHandler& HandlerOf(void* handler) { return *static_cast<XmlHandler*>(handler); }

void Start(void* handler, const char* name, const char** attributes) {
  std::vector<XmlAttribute> all;
  for (; *attributes != nullptr; attributes += 2) all.push_back({attributes[0], attributes[1]});
  HandlerOf(handler).StartElement(name, all);
}

void End(void* handler, const char*) { HandlerOf(handler).EndElement(); }

void Declare(void* handler, const char* name, int, const char*, int, const char*, const char*,
             const char*, const char*) {
  HandlerOf(handler).DeclaresEntity(name);
}

}  // namespace

XmlReader::XmlReader(XmlHandler& handler, const XmlReaderOptions& options)
    : handler_(handler), options_(options), scanner_(handler), expat_(nullptr, XML_ParserFree) {
  if (options.expat_only) OpenExpat();
}

XmlReader::~XmlReader() = default;

int64_t XmlReader::line() const {
  if (expat_ == nullptr) return scanner_.line();
  return expat_lines_ + static_cast<int64_t>(XML_GetCurrentLineNumber(expat_.get()));
}

int64_t XmlReader::position() const {
  if (expat_ == nullptr) return before_ + static_cast<int64_t>(scanner_.offset());
  return expat_begin_ + XML_GetCurrentByteIndex(expat_.get());
}

bool XmlReader::truncated() const {
  const XML_Error code = XML_GetErrorCode(expat_.get());
  return code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
         code == XML_ERROR_PARTIAL_CHAR;
}

absl::string_view XmlReader::problem() const { return ProblemOf(XML_GetErrorCode(expat_.get())); }

void XmlReader::Stop() {
  stopped_ = true;
  scanner_.Stop();
  if (expat_ != nullptr) XML_StopParser(expat_.get(), XML_FALSE);
}

bool XmlReader::Feed(absl::string_view bytes) {
  buffer_.append(bytes.data(), bytes.size());
  fresh_ += bytes.size();
  return fresh_ < options_.piece_bytes || Read(false);
}

bool XmlReader::Finish() { return Read(true); }

bool XmlReader::Read(bool last) {
  fed_ += static_cast<int64_t>(fresh_);
  fresh_ = 0;
  if (expat_ == nullptr) {
    const size_t size = buffer_.size();
    buffer_.append(XmlScanner::kPadding, '\0');
    size_t used = 0;
    const XmlScanner::Outcome outcome =
        scanner_.Scan(absl::string_view(buffer_).substr(0, size), &used);
    buffer_.resize(size);
    buffer_.erase(0, used);
    before_ += static_cast<int64_t>(used);
    if (outcome == XmlScanner::Outcome::kStopped) return false;
    const bool done = last && buffer_.empty() && scanner_.complete();
    if (outcome == XmlScanner::Outcome::kIncomplete && buffer_.size() < kLongToken &&
        (!last || done)) {
      return true;
    }
    OpenExpat();
  }
  const bool read = ReadByExpat(buffer_, last);
  buffer_.clear();
  return read;
}

bool XmlReader::ReadByExpat(absl::string_view text, bool last) {
  return XML_Parse(expat_.get(), text.data(), static_cast<int>(text.size()),
                   last ? XML_TRUE : XML_FALSE) == XML_STATUS_OK &&
         !stopped_;
}

void XmlReader::SetHandlers(bool on) {
  XML_SetElementHandler(expat_.get(), on ? Start : nullptr, on ? End : nullptr);
}

// A parser of a document without a type has no state but the elements that are open and how far the
// document has come: the same tags on one line bring another one there.
void XmlReader::OpenExpat() {
  expat_.reset(XML_ParserCreate(nullptr));
  XML_SetUserData(expat_.get(), &handler_);
  XML_SetEntityDeclHandler(expat_.get(), Declare);
  std::string way;
  if (before_ > 0) way = " ";  // no declaration can follow
  for (const std::string& name : scanner_.open()) absl::StrAppend(&way, "<", name, ">");
  if (scanner_.complete()) way = "<log/>";
  ReadByExpat(way, false);
  SetHandlers(true);
  expat_begin_ = before_ - static_cast<int64_t>(way.size());
  expat_lines_ = scanner_.line() - 1;
}

}  // namespace plumbline::analytics
