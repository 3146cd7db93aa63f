// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/quick.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/yaml/text.h"

namespace plumbline::yaml {
namespace {

// Far below the limits of documents, at which libyaml's way ends with an error.
constexpr int kDeepest = 60;
constexpr int kMostNodes = kMaxNodes / 2;
constexpr size_t kLongestKey = 100;
constexpr size_t kUsualChildren = 8;

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

bool IsKeyCharacter(char c) { return IsAlnum(c) || c == '_' || c == '-' || c == '.' || c == '/'; }

// Whether a plain scalar may begin with it, whatever follows.
bool BeginsPlain(char c) {
  return IsAlnum(c) || static_cast<uint8_t>(c) >= 0x80 || c == '_' || c == '/' || c == '(' ||
         c == '.' || c == '$' || c == '+' || c == '<' || c == '=';
}

absl::string_view WithoutSpacesBehind(absl::string_view text) {
  const size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == absl::string_view::npos ? 0 : last + 1);
}

// All methods that read return false where the text is none of ours. A column is a number of bytes,
// from 0. "A content" is the first character of a line that is neither blank nor a comment.
class QuickReader {
 public:
  QuickReader(absl::string_view text, absl::string_view until) : text_(text), until_(until) {}

  bool Read(Value* root) {
    // Tabs and marks of the byte order have rules of their own.
    if (absl::StrContains(text_, '\t') || absl::StrContains(text_, "\xEF\xBB\xBF")) return false;
    GoToContent();
    if (AtEnd() || column_ != 0 || !AtKey()) return false;
    Begin(ValueKind::kMap, root);
    Reserve(root);
    return ReadMap(0, 1, root) && (AtEnd() || found_);
  }

 private:
  bool AtEnd() const { return at_ == text_.size(); }
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
  }
  size_t Column() const { return at_ - line_begin_; }
  Position Here() const { return {line_, static_cast<int>(Column()) + 1}; }
  size_t EndOfLine() const { return std::min(text_.find('\n', at_), text_.size()); }
  void SkipSpaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  // Past the end of the line.
  void NextLine() {
    at_ = EndOfLine();
    if (AtEnd()) return;
    line_begin_ = ++at_;
    ++line_;
  }

  // From the begin of a line to the content at or behind it, and its column.
  void GoToContent() {
    while (true) {
      SkipSpaces();
      if (AtEnd()) return;
      if (Peek() != '\n' && Peek() != '#') break;
      NextLine();
    }
    column_ = Column();
  }
  // The same from behind a value, where nothing but a comment may be left of the line.
  bool EndLine() {
    SkipSpaces();
    const bool comment = Peek() == '#' && text_[at_ - 1] == ' ';
    if (Peek() != '\n' && !comment) return false;
    NextLine();
    GoToContent();
    return true;
  }

  bool Count() { return ++nodes_ <= kMostNodes; }
  void Begin(ValueKind kind, Value* value) {
    value->kind = kind;
    value->position = Here();
  }
  // Of a map or a list that is not empty.
  static void Reserve(Value* value) { value->children.reserve(kUsualChildren); }

  size_t KeyLength() const {
    size_t length = 0;
    while (length <= kLongestKey && at_ + length < text_.size() &&
           IsKeyCharacter(text_[at_ + length])) {
      ++length;
    }
    return length;
  }
  // Whether a plain key and its colon are here.
  bool AtKey() const {
    if (!IsAlnum(Peek()) && Peek() != '_') return false;
    const size_t length = KeyLength();
    return length <= kLongestKey && Peek(length) == ':' &&
           (Peek(length + 1) == ' ' || Peek(length + 1) == '\n');
  }
  bool AtDash() const { return Peek() == '-' && (Peek(1) == ' ' || Peek(1) == '\n'); }

  bool SetPlain(absl::string_view text, Value* value) {
    value->kind = IsPlainNull(text) ? ValueKind::kNull : ValueKind::kScalar;
    if (value->kind == ValueKind::kScalar) value->text.assign(text.data(), text.size());
    return Count();
  }

  bool ReadKey(Value* key) {
    key->position = Here();
    const size_t length = KeyLength();
    const absl::string_view text = text_.substr(at_, length);
    at_ += length + 1;  // and the colon
    return SetPlain(text, key);
  }

  // Its first key is here, in this column.
  bool ReadMap(size_t column, int depth, Value* map) {
    if (depth > kDeepest || !Count()) return false;
    while (!AtEnd() && column_ == column) {
      if (AtDash()) return true;  // of a list around it, or an error that the caller finds
      if (!AtKey()) return false;
      map->children.emplace_back();
      if (!ReadKey(&map->children.back())) return false;
      const bool last = depth == 1 && !until_.empty() && map->children.back().text == until_;
      map->children.emplace_back();
      if (!ReadEntry(column, depth, &map->children.back())) return false;
      found_ = last;
      if (last) return true;
    }
    return AtEnd() || column_ < column;
  }

  // What stands behind a key in this column.
  bool ReadEntry(size_t column, int depth, Value* value) {
    SkipSpaces();
    if (Peek() != '\n' && Peek() != '#') return ReadInline(column, depth, value);
    if (!EndLine() || AtEnd()) return false;
    const bool list_of_same_column = column_ == column && AtDash();
    return (column_ > column || list_of_same_column) && ReadBlock(depth + 1, value);
  }

  // A map or a list whose first content is here.
  bool ReadBlock(int depth, Value* value) {
    const bool list = AtDash();
    if (!list && !AtKey()) return false;
    Begin(list ? ValueKind::kList : ValueKind::kMap, value);
    Reserve(value);
    return list ? ReadList(column_, depth, value) : ReadMap(column_, depth, value);
  }

  bool ReadList(size_t column, int depth, Value* list) {
    if (depth > kDeepest || !Count()) return false;
    while (!AtEnd() && column_ == column && AtDash()) {
      ++at_;
      SkipSpaces();
      list->children.emplace_back();
      if (!ReadItem(column, depth, &list->children.back())) return false;
    }
    return AtEnd() || column_ <= column;
  }

  // What stands behind a dash in this column.
  bool ReadItem(size_t column, int depth, Value* item) {
    if (Peek() == '\n' || Peek() == '#') {
      return EndLine() && !AtEnd() && column_ > column && ReadBlock(depth + 1, item);
    }
    if (!AtDash() && !AtKey()) return ReadInline(column, depth, item);
    column_ = Column();
    return ReadBlock(depth + 1, item);
  }

  // A scalar, or a value in braces, that begins within a line; `column` is that of the map or list
  // around it. Ends at the next content, which may not go on with it.
  bool ReadInline(size_t column, int depth, Value* value) {
    const char c = Peek();
    Begin(ValueKind::kScalar, value);
    if (c == '|' || c == '>') return ReadBlockScalar(column, value);
    if (c == '{' || c == '[') {
      if (!ReadBraces(depth + 1, value)) return false;
    } else if (c == '"' || c == '\'') {
      if (!ReadQuoted(value)) return false;
    } else if (!ReadPlain(value)) {
      return false;
    }
    return EndLine() && (AtEnd() || column_ <= column);
  }

  // To the end of the line or a comment.
  bool ReadPlain(Value* value) {
    if (!MayBeginPlain()) return false;
    absl::string_view text = text_.substr(at_, EndOfLine() - at_);
    text = WithoutSpacesBehind(text.substr(0, text.find(" #")));
    if (absl::StrContains(text, ": ") || absl::EndsWith(text, ":")) return false;
    at_ += text.size();
    return SetPlain(text, value);
  }
  bool MayBeginPlain() const { return BeginsPlain(Peek()) || (Peek() == '-' && IsAlnum(Peek(1))); }

  bool ReadQuoted(Value* value) {
    const char quote = Peek();
    const size_t end = text_.find(quote, at_ + 1);
    const absl::string_view text = text_.substr(at_ + 1, end - at_ - 1);
    if (end == absl::string_view::npos || absl::StrContains(text, '\n')) return false;
    // An escape, or a quote that is doubled.
    if (quote == '"' ? absl::StrContains(text, '\\') : text_.substr(end + 1, 1) == "'")
      return false;
    at_ = end + 1;
    value->quoted = true;
    value->text.assign(text.data(), text.size());
    return Count();
  }

  // {a: b, c: [d, e]}: no value is left out, and all ends in this line.
  bool ReadBraces(int depth, Value* value) {
    if (depth > kDeepest || !Count()) return false;
    const bool map = Peek() == '{';
    const char close = map ? '}' : ']';
    Begin(map ? ValueKind::kMap : ValueKind::kList, value);
    ++at_;
    SkipSpaces();
    if (Peek() == close) {
      ++at_;
      return true;
    }
    Reserve(value);
    while (true) {
      if (map) {
        if (!AtKey()) return false;
        value->children.emplace_back();
        if (!ReadKey(&value->children.back())) return false;
        SkipSpaces();
      }
      value->children.emplace_back();
      if (!ReadBraced(depth, &value->children.back())) return false;
      SkipSpaces();
      const char c = Peek();
      if (c != ',' && c != close) return false;
      ++at_;
      if (c == close) return true;
      SkipSpaces();
    }
  }

  // One value in braces.
  bool ReadBraced(int depth, Value* value) {
    const char c = Peek();
    Begin(ValueKind::kScalar, value);
    if (c == '{' || c == '[') return ReadBraces(depth + 1, value);
    if (c == '"' || c == '\'') return ReadQuoted(value);
    if (!MayBeginPlain()) return false;
    const size_t end = std::min(text_.find_first_of(",]}[{:#?\n", at_), text_.size());
    if (end == text_.size() || (text_[end] != ',' && text_[end] != ']' && text_[end] != '}'))
      return false;
    const absl::string_view text = WithoutSpacesBehind(text_.substr(at_, end - at_));
    at_ = end;
    return SetPlain(text, value);
  }

  // Literal or folded; `column` is that of the map or list around it.
  bool ReadBlockScalar(size_t column, Value* value) {
    const bool folded = Peek() == '>';
    ++at_;
    const bool strip = Peek() == '-';
    if (strip) ++at_;
    if (Peek() != '\n') return false;
    NextLine();
    SkipSpaces();
    const size_t indent = Column();
    if (AtEnd() || Peek() == '\n' || indent <= column) return false;
    value->quoted = true;
    if (!ReadLines(indent, folded, &value->text)) return false;
    if (strip && value->text.back() == '\n') value->text.pop_back();
    GoToContent();
    return Count() && (AtEnd() || column_ <= column);
  }

  // The lines of a block scalar, the first of which begins here. Ends at the begin of a line.
  bool ReadLines(size_t indent, bool folded, std::string* text) {
    bool ends_in_break = false;
    for (size_t blank = 0; !AtEnd();) {
      if (Peek() == '\n') {  // spaces in a blank line may be a part of it
        if (Column() != 0) return false;
        ++blank;
        NextLine();
        SkipSpaces();
        continue;
      }
      if (Column() < indent) break;
      at_ = line_begin_ + indent;
      if (folded && Peek() == ' ') return false;  // a line that is not folded
      if (ends_in_break && folded) text->append(blank == 0 ? " " : "");
      if (ends_in_break && !folded) text->append("\n");
      text->append(blank, '\n');
      blank = 0;
      const size_t end = EndOfLine();
      text->append(text_.data() + at_, end - at_);
      ends_in_break = end < text_.size();
      NextLine();
      SkipSpaces();
    }
    if (AtEnd() && text_.back() == ' ') return false;  // as in a blank line
    if (!AtEnd()) at_ = line_begin_;
    if (ends_in_break) text->append("\n");
    return true;
  }

  const absl::string_view text_, until_;
  size_t at_ = 0, line_begin_ = 0;
  int line_ = 1;
  size_t column_ = 0;  // of the content that was gone to
  int nodes_ = 0;
  bool found_ = false;
};

}  // namespace

bool ReadQuickly(absl::string_view text, absl::string_view until, Value* root) {
  return QuickReader(text, until).Read(root);
}

}  // namespace plumbline::yaml
