// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/xml_writer.h"

#include "absl/strings/str_cat.h"

namespace plumbline::flow::bpmn {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

// U+FFFE and U+FFFF, which XML leaves out.
bool IsNoCharacter(absl::string_view text) {
  return text.size() >= 3 && text[0] == '\xEF' && text[1] == '\xBF' &&
         (text[2] == '\xBE' || text[2] == '\xBF');
}

// Line ends and tabs of an attribute would be read as spaces, carriage returns of a text as line
// feeds.
void AppendEscaped(absl::string_view text, bool attribute, std::string* out) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '&') {
      out->append("&amp;");
    } else if (c == '<') {
      out->append("&lt;");
    } else if (c == '>') {
      out->append("&gt;");
    } else if (c == '"' && attribute) {
      out->append("&quot;");
    } else if (c == '\r' || (attribute && (c == '\n' || c == '\t'))) {
      absl::StrAppend(out, "&#", static_cast<int>(c), ";");
    } else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      out->append(kReplacement);
    } else if (IsNoCharacter(text.substr(i))) {
      out->append(kReplacement);
      i += 2;
    } else {
      out->push_back(c);
    }
  }
}

}  // namespace

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void XmlWriter::EndTag() {
  if (in_tag_) out_.append(">\n");
  in_tag_ = false;
}

void XmlWriter::Open(absl::string_view name) {
  EndTag();
  out_.append(2 * open_.size(), ' ');
  absl::StrAppend(&out_, "<", name);
  open_.emplace_back(name);
  in_tag_ = true;
}

void XmlWriter::Attribute(absl::string_view name, absl::string_view value) {
  absl::StrAppend(&out_, " ", name, "=\"");
  AppendEscaped(value, true, &out_);
  out_.push_back('"');
}

void XmlWriter::Attribute(absl::string_view name, int value) {
  Attribute(name, absl::StrCat(value));
}

void XmlWriter::Text(absl::string_view text) {
  out_.push_back('>');
  in_tag_ = false;
  inline_ = true;
  AppendEscaped(text, false, &out_);
}

void XmlWriter::Close() {
  const std::string name = std::move(open_.back());
  open_.pop_back();
  if (in_tag_) {
    out_.append("/>\n");
  } else {
    if (!inline_) out_.append(2 * open_.size(), ' ');
    absl::StrAppend(&out_, "</", name, ">\n");
  }
  in_tag_ = inline_ = false;
}

void XmlWriter::Leaf(absl::string_view name, absl::string_view text) {
  Open(name);
  Text(text);
  Close();
}

}  // namespace plumbline::flow::bpmn
