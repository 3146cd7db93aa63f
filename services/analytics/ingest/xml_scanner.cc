// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/xml_scanner.h"

#include <bit>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/analytics/ingest/byte_scan.h"
#include "services/analytics/ingest/text.h"
#include "services/analytics/ingest/xml_text.h"

namespace plumbline::analytics {
namespace {

constexpr absl::string_view kMark = "\xef\xbb\xbf";  // of byte order
constexpr absl::string_view kDeclaration = "<?xml";

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// Where the part of a value ends that stands for itself: at its quote, if nothing is in the way.
const char* EndOfPlain(const char* at, char quote) {
  uint32_t stops;
  while ((stops = Bytes16(at).AnyOfOrUnusual(quote, '<', '&')) == 0) at += Bytes16::kSize;
  return at + std::countr_zero(stops);
}

// ' name = "value"' at the beginning of `in`, which loses it.
bool TakePair(absl::string_view name, absl::string_view* in, absl::string_view* value) {
  absl::string_view rest = *in;
  const auto skip = [&rest] {
    const size_t before = rest.size();
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '\t')) rest.remove_prefix(1);
    return rest.size() < before;
  };
  if (!skip() || !absl::ConsumePrefix(&rest, name)) return false;
  skip();
  if (!absl::ConsumePrefix(&rest, "=")) return false;
  skip();
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return false;
  const size_t end = rest.find(rest[0], 1);
  if (end == absl::string_view::npos) return false;
  *value = rest.substr(1, end - 1);
  *in = rest.substr(end + 1);
  return true;
}

// Whether a declaration says nothing but XML 1.0 in UTF-8; `in`: what stands in it behind "xml".
bool IsPlainDeclaration(absl::string_view in) {
  absl::string_view value;
  if (!TakePair("version", &in, &value) || value != "1.0") return false;
  if (TakePair("encoding", &in, &value) && !absl::EqualsIgnoreCase(value, "utf-8")) return false;
  if (TakePair("standalone", &in, &value) && value != "yes" && value != "no") return false;
  return in.find_first_not_of(' ') == absl::string_view::npos;
}

}  // namespace

XmlScanner::Outcome XmlScanner::Scan(absl::string_view text, size_t* used) {
  begin_ = at_ = text.data();
  end_ = begin_ + text.size();
  Token token = Token::kTaken;
  while (token == Token::kTaken && at_ != end_ && !stopped_) {
    const char* const at = at_;
    const int64_t line = line_;
    token = Take();
    if (token == Token::kTaken) continue;
    at_ = at;
    line_ = line;
  }
  told_ = at_;
  told_line_ = line_;
  *used = offset();
  if (stopped_) return Outcome::kStopped;
  return token == Token::kForeign ? Outcome::kForeign : Outcome::kIncomplete;
}

XmlScanner::Token XmlScanner::Take() {
  if (!begun_) return TakeDeclaration();
  if (*at_ != '<') return TakeText();
  if (at_[1] == '/') return TakeEndTag();
  if (at_[1] == '!') return TakeComment();
  return TakeStartTag();
}

// What the text begins with: a mark, a declaration, both or none.
XmlScanner::Token XmlScanner::TakeDeclaration() {
  absl::string_view text(at_, static_cast<size_t>(end_ - at_));
  if (text.size() < kMark.size() + kDeclaration.size()) return Token::kIncomplete;
  absl::ConsumePrefix(&text, kMark);
  if (absl::ConsumePrefix(&text, kDeclaration)) {
    const size_t end = text.find("?>");
    if (end == absl::string_view::npos) return Token::kIncomplete;
    if (!IsPlainDeclaration(text.substr(0, end))) return Token::kForeign;
    text.remove_prefix(end + 2);
  }
  if (!text.empty() && text[0] != '<' && !IsSpace(text[0])) return Token::kForeign;
  begun_ = true;
  at_ = text.data();
  return Token::kTaken;
}

XmlScanner::Token XmlScanner::TakeComment() {
  constexpr absl::string_view kOpen = "<!--";
  const absl::string_view text(at_, static_cast<size_t>(end_ - at_));
  if (text.size() < kOpen.size()) return Token::kIncomplete;
  if (!absl::StartsWith(text, kOpen)) return Token::kForeign;
  const size_t dashes = text.find("--", kOpen.size());
  if (dashes == absl::string_view::npos || dashes + 2 == text.size()) return Token::kIncomplete;
  if (text[dashes + 2] != '>') return Token::kForeign;
  const absl::string_view comment = text.substr(0, dashes);
  if (!IsXmlText(comment)) return Token::kForeign;
  line_ += LineEnds(comment);
  at_ += dashes + 3;
  return Token::kTaken;
}

// As much of it as is there.
XmlScanner::Token XmlScanner::TakeText() {
  const char* const begin = at_;
  SkipSpaces();
  while (depth_ > 0 && *at_ >= ' ' && *at_ < '\x7f' && *at_ != '<' && *at_ != '&' && *at_ != ']') {
    ++at_;
    if (IsSpace(*at_)) SkipSpaces();
  }
  if (at_ != end_ && *at_ != '<') return Token::kForeign;
  // Whether a CR and what follows are one line end is seen when that has come.
  if (at_ == end_ && at_[-1] == '\r') {
    --at_;
    --line_;
  }
  return at_ == begin ? Token::kIncomplete : Token::kTaken;
}

void XmlScanner::SkipSpaces() {
  while (IsSpace(*at_)) {
    const Bytes16 bytes(at_);
    const int run = std::countr_one(bytes.AnyOf(' ', '\n', '\t'));
    if (run == 0) {  // CR
      ++line_;
      ++at_;
      continue;
    }
    uint32_t feeds = bytes.Are('\n') & ((uint32_t{1} << run) - 1);
    if (at_ != begin_ && at_[-1] == '\r') feeds &= ~uint32_t{1};  // an LF there ends the same line
    for (; feeds != 0; feeds &= feeds - 1) ++line_;
    at_ += run;
  }
}

absl::string_view XmlScanner::TakeName() {
  const char* const begin = at_;
  if (!IsNameStart(*at_)) return {};
  do ++at_;
  while (IsNamePart(*at_));
  return {begin, static_cast<size_t>(at_ - begin)};
}

XmlScanner::Token XmlScanner::TakeStartTag() {
  if (complete() || depth_ == kMostDepth) return Token::kForeign;
  const char* const tag = at_;
  const int64_t line = line_;
  ++at_;
  const absl::string_view name = TakeName();
  if (name.empty()) return Unfit();
  attribute_count_ = 0;
  TakeUsualPair();
  for (;;) {
    const bool spaces = IsSpace(*at_);
    if (spaces) SkipSpaces();
    if (*at_ == '>' || *at_ == '/') break;
    if (!spaces) return Unfit();
    if (const Token token = TakeAttribute(); token != Token::kTaken) return token;
  }
  const bool empty = *at_++ == '/';
  if (empty && *at_ != '>') return Unfit();
  at_ += empty;
  seen_root_ = true;
  told_ = tag;
  told_line_ = line;
  handler_.StartElement(name, {attributes_.data(), attribute_count_});
  if (!empty) {
    Open(name);
  } else if (!stopped_) {
    told_ = at_;
    told_line_ = line_;
    handler_.EndElement();
  }
  return Token::kTaken;
}

void XmlScanner::Open(absl::string_view name) {
  if (open_.size() == depth_) open_.emplace_back();
  open_[depth_++].assign(name.data(), name.size());
}

XmlScanner::Token XmlScanner::TakeEndTag() {
  const char* const tag = at_;
  const int64_t line = line_;
  at_ += 2;
  const absl::string_view name = TakeName();
  if (name.empty()) return Unfit();
  SkipSpaces();
  if (*at_ != '>') return Unfit();
  if (depth_ == 0 || name != open_[depth_ - 1]) return Token::kForeign;
  ++at_;
  --depth_;
  told_ = tag;
  told_line_ = line;
  handler_.EndElement();
  return Token::kTaken;
}

bool XmlScanner::HasAttribute(absl::string_view name) const {
  for (size_t i = 0; i < attribute_count_; ++i) {
    if (attributes_[i].name == name) return true;
  }
  return false;
}

void XmlScanner::TakeUsualPair() {
  constexpr absl::string_view kBegin = " key=\"", kMiddle = "\" value=\"";
  if (std::memcmp(at_, kBegin.data(), kBegin.size()) != 0) return;
  const char* const key = at_ + kBegin.size();
  const char* const key_end = EndOfPlain(key, '"');
  if (std::memcmp(key_end, kMiddle.data(), kMiddle.size()) != 0) return;
  const char* const value = key_end + kMiddle.size();
  const char* const value_end = EndOfPlain(value, '"');
  if (*value_end != '"') return;
  attributes_[0] = {"key", {key, static_cast<size_t>(key_end - key)}};
  attributes_[1] = {"value", {value, static_cast<size_t>(value_end - value)}};
  attribute_count_ = 2;
  at_ = value_end + 1;
}

XmlScanner::Token XmlScanner::TakeAttribute() {
  const absl::string_view name = TakeName();
  if (name.empty()) return Unfit();
  if (IsSpace(*at_)) SkipSpaces();
  if (*at_ != '=') return Unfit();
  ++at_;
  if (IsSpace(*at_)) SkipSpaces();
  const char quote = *at_;
  if (quote != '"' && quote != '\'') return Unfit();
  ++at_;
  absl::string_view value;
  if (const Token token = TakeValue(quote, &value); token != Token::kTaken) return token;
  if (attribute_count_ == kMostAttributes || HasAttribute(name)) return Token::kForeign;
  attributes_[attribute_count_++] = {name, value};
  return Token::kTaken;
}

XmlScanner::Token XmlScanner::TakeValue(char quote, absl::string_view* value) {
  const char* const p = EndOfPlain(at_, quote);
  if (*p != quote) return DecodeValue(quote, value);
  *value = {at_, static_cast<size_t>(p - at_)};
  at_ = p + 1;
  return Token::kTaken;
}

XmlScanner::Token XmlScanner::DecodeValue(char quote, absl::string_view* value) {
  const void* const found = std::memchr(at_, quote, static_cast<size_t>(end_ - at_));
  if (found == nullptr) return Token::kIncomplete;
  if (attribute_count_ == kMostAttributes) return Token::kForeign;
  const absl::string_view raw(at_, static_cast<size_t>(static_cast<const char*>(found) - at_));
  std::string& decoded = decoded_[attribute_count_];
  if (!IsXmlText(raw) || !DecodeXmlValue(raw, &decoded)) return Token::kForeign;
  line_ += LineEnds(raw);
  at_ += raw.size() + 1;
  *value = decoded;
  return Token::kTaken;
}

}  // namespace plumbline::analytics
