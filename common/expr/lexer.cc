// SPDX-License-Identifier: Apache-2.0
#include "common/expr/lexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/utf8.h"

namespace plumbline::expr {
namespace {

using Kind = Token::Kind;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

bool InWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7F &&
         absl::string_view(".,():=<>!\"'\\").find(c) == absl::string_view::npos;
}

// Whether `text` begins with `shape`, in which 0 stands for any digit.
bool HasShape(absl::string_view text, absl::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' ? !IsDigit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

// The length of the timestamp with which `text` begins, whose colons and dots belong to it; else 0.
size_t TimestampLength(absl::string_view text) {
  constexpr absl::string_view kShape = "0000-00-00T00:00:00";
  if (!HasShape(text, kShape)) return 0;
  size_t end = kShape.size();
  if (HasShape(text.substr(end), ".0")) {
    for (++end; end < text.size() && IsDigit(text[end]);) ++end;
  }
  const absl::string_view zone = text.substr(end);
  return end + (HasShape(zone, "+00:00") || HasShape(zone, "-00:00") ? 6 : 0);
}

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  std::optional<std::vector<Token>> Run(Problem* problem) {
    do {
      const size_t before = at_;
      while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
      spaced_ = at_ == 0 || at_ > before;
      if (!Next()) {
        *problem = problem_;
        return std::nullopt;
      }
    } while (tokens_.back().kind != Kind::kEnd);
    return std::move(tokens_);
  }

 private:
  Kind Last() const { return tokens_.empty() ? Kind::kEnd : tokens_.back().kind; }
  bool Is(absl::string_view what) const { return text_.substr(at_, what.size()) == what; }

  bool Add(Kind kind, size_t length, std::string text = {}) {
    tokens_.push_back({.kind = kind, .offset = at_, .spaced = spaced_, .text = std::move(text)});
    at_ += length;
    return true;
  }
  bool Compare(Comparator comparator) {
    Add(Kind::kComparator, TextOf(comparator).size());
    tokens_.back().comparator = comparator;
    return true;
  }
  bool Fail(size_t offset, std::string message) {
    problem_ = {offset, std::move(message)};
    return false;
  }

  bool Next() {
    if (at_ == text_.size()) return Add(Kind::kEnd, 0);
    switch (const char c = text_[at_]) {
      case '.':
        return Add(Kind::kDot, 1);
      case ',':
        return Add(Kind::kComma, 1);
      case ')':
        return Add(Kind::kClose, 1);
      case '(':
        return Add(Last() == Kind::kWord && !spaced_ ? Kind::kOpenCall : Kind::kOpen, 1);
      case '"':
      case '\'':
        return String(c);
      case '-':
        return IsMinus() ? Minus() : Word();
      default:
        break;
    }
    for (const Comparator comparator :
         {Comparator::kNotEqual, Comparator::kLessEqual, Comparator::kGreaterEqual,
          Comparator::kEqual, Comparator::kLess, Comparator::kGreater, Comparator::kHas}) {
      if (Is(TextOf(comparator))) return Compare(comparator);
    }
    return InWord(text_[at_]) ? Word() : Stray();
  }

  // A "-" negates, unless it begins a number or stands where only a value can.
  bool IsMinus() const {
    const bool number = at_ + 1 < text_.size() && IsDigit(text_[at_ + 1]);
    const Kind last = Last();
    return !number && last != Kind::kComparator && last != Kind::kComma &&
           last != Kind::kOpenCall && last != Kind::kDot;
  }
  bool Minus() {
    if (at_ + 1 == text_.size() || IsSpace(text_[at_ + 1]))
      return Fail(at_, "a '-' stands directly before what it negates; move it there, or write NOT");
    return Add(Kind::kMinus, 1);
  }

  bool Word() {
    size_t end = at_ + std::max<size_t>(1, TimestampLength(text_.substr(at_)));
    while (end < text_.size() && InWord(text_[end])) ++end;
    const absl::string_view word = text_.substr(at_, end - at_);
    if (Last() != Kind::kDot) {
      if (word == "AND") return Add(Kind::kAnd, word.size());
      if (word == "OR") return Add(Kind::kOr, word.size());
      if (word == "NOT") return Add(Kind::kNot, word.size());
    }
    return Add(Kind::kWord, word.size(), std::string(word));
  }

  bool String(char quote) {
    std::string value;
    for (size_t end = at_ + 1; end < text_.size(); ++end) {
      const char c = text_[end];
      if (c == quote) return Add(Kind::kString, end + 1 - at_, std::move(value));
      if (c != '\\') {
        value.push_back(c);
        continue;
      }
      if (++end == text_.size()) break;
      switch (text_[end]) {
        case 'n':
          value.push_back('\n');
          break;
        case 't':
          value.push_back('\t');
          break;
        case '"':
        case '\'':
          value.push_back(text_[end]);
          break;
        case '\\':
        case '*':
          value.push_back('\\');
          value.push_back(text_[end]);
          break;
        default:
          return Fail(end - 1,
                      "an unknown escape; possible are \\\" \\' \\\\ \\n \\t and \\*: write \\\\ "
                      "for a backslash");
      }
    }
    return Fail(at_, absl::StrCat("a quoted text without its end; close it with ",
                                  absl::string_view(&quote, 1),
                                  ", or quote the whole value if this is a part of it"));
  }

  bool Stray() {
    if (text_[at_] == '!')
      return Fail(at_, "a lone '!'; write != to compare, and NOT or - to negate");
    if (text_[at_] == '\\')
      return Fail(at_, "a backslash outside of quotes; put the value in quotes");
    return Fail(at_, "a control character; remove it");
  }

  absl::string_view text_;
  size_t at_ = 0;
  bool spaced_ = true;
  std::vector<Token> tokens_;
  Problem problem_;
};

}  // namespace

std::optional<std::vector<Token>> Tokenize(absl::string_view text, std::vector<Problem>* problems) {
  Problem problem;
  if (const size_t valid = base::Utf8Prefix(text); valid < text.size()) {
    problems->push_back({valid, "not valid UTF-8; encode the expression as UTF-8"});
    return std::nullopt;
  }
  if (const size_t zero = text.find('\0'); zero != absl::string_view::npos) {
    problems->push_back({zero, "a zero byte; remove it"});
    return std::nullopt;
  }
  auto tokens = Lexer(text).Run(&problem);
  if (!tokens.has_value()) problems->push_back(std::move(problem));
  return tokens;
}

}  // namespace plumbline::expr
