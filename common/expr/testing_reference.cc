// SPDX-License-Identifier: Apache-2.0
//
// The reference: as slow and as direct as the rules in check.h are written.
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/expr/testing.h"

namespace plumbline::expr {
namespace {

// Text and patterns, by trying every way.
bool LikeAnyWay(absl::string_view text, const std::vector<std::pair<char, bool>>& pattern,
                size_t at) {
  if (at == pattern.size()) return text.empty();
  if (pattern[at].second) {
    for (size_t skip = 0; skip <= text.size(); ++skip) {
      if (LikeAnyWay(text.substr(skip), pattern, at + 1)) return true;
    }
    return false;
  }
  return !text.empty() && text[0] == pattern[at].first &&
         LikeAnyWay(text.substr(1), pattern, at + 1);
}

// The characters of a word, each with whether it is a star that stands for any others.
std::vector<std::pair<char, bool>> PatternOf(const Node& word) {
  std::vector<std::pair<char, bool>> pattern;
  for (size_t s = 0; s < word.segments.size(); ++s) {
    if (s > 0) pattern.emplace_back('.', false);
    const std::string& text = word.segments[s].text;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\') {
        pattern.emplace_back(text[++i], false);
      } else {
        pattern.emplace_back(text[i], text[i] == '*');
      }
    }
  }
  return pattern;
}

std::string PlainOf(const Node& word) {
  std::string text;
  for (const auto& [c, star] : PatternOf(word)) text.push_back(c);
  return text;
}

// A number that orders values of the type, exactly for the values of the domains.
double Measure(Type type, const std::string& text) {
  if (type == Type::kDuration) {
    absl::Duration duration;
    return absl::ParseDuration(text, &duration) ? absl::ToDoubleMicroseconds(duration) : 0;
  }
  if (type == Type::kDate || type == Type::kTimestamp) {
    absl::Time time;
    std::string ignored;
    const std::string full = text.size() == 10 ? text + "T00:00:00Z" : text;
    absl::ParseTime(absl::RFC3339_full, full, &time, &ignored);
    return static_cast<double>(absl::ToUnixMicros(time));
  }
  return std::strtod(text.c_str(), nullptr);
}

// -1, 0, 1, or 2 where two values have no order.
int CompareAs(Type type, const std::string& a, const std::string& b) {
  switch (type) {
    case Type::kString:
    case Type::kBool:
      return a < b ? -1 : a > b;
    case Type::kEnum:
      return absl::StripPrefix(a, "STATE_") == absl::StripPrefix(b, "STATE_") ? 0 : 2;
    case Type::kPerson: {
      const absl::string_view x = absl::StripPrefix(a, "people/");
      const absl::string_view y = absl::StripPrefix(b, "people/");
      return x < y ? -1 : x > y;
    }
    case Type::kMoney: {
      const std::vector<std::string> x = absl::StrSplit(a, ' '), y = absl::StrSplit(b, ' ');
      if (x[1] != y[1]) return 2;
      return CompareAs(Type::kNumber, x[0], y[0]);
    }
    default: {
      const double x = Measure(type, a), y = Measure(type, b);
      return x < y ? -1 : x > y;
    }
  }
}

bool Fits(int order, Comparator comparator) {
  switch (comparator) {
    case Comparator::kLess:
      return order == -1;
    case Comparator::kLessEqual:
      return order == -1 || order == 0;
    case Comparator::kGreater:
      return order == 1;
    case Comparator::kGreaterEqual:
      return order == 1 || order == 0;
    default:
      return order == 0;
  }
}

bool HoldsFor(const Field& field, const std::string& value, Comparator comparator,
              const Node& word) {
  if (field.type == Type::kString && comparator == Comparator::kHas && field.shape == Shape::kOne) {
    auto pattern = PatternOf(word);
    for (auto& [c, star] : pattern) c = absl::ascii_tolower(static_cast<unsigned char>(c));
    pattern.insert(pattern.begin(), {'*', true});
    pattern.emplace_back('*', true);
    return LikeAnyWay(absl::AsciiStrToLower(value), pattern, 0);
  }
  if (field.type == Type::kString && Fits(0, comparator) && !Fits(1, comparator) &&
      !Fits(-1, comparator)) {
    return LikeAnyWay(value, PatternOf(word), 0);
  }
  return Fits(CompareAs(field.type, value, PlainOf(word)), comparator);
}

class Reference {
 public:
  // `two_valued`: unset is no match.
  Reference(const Thing& thing, bool two_valued) : thing_(thing), two_valued_(two_valued) {}

  Verdict Run(const Node& node) const {
    switch (node.kind) {
      case Node::Kind::kCompare:
        return Compare(FieldOf(node.children[0]), node.children[0], node.comparator,
                       node.children[1]);
      case Node::Kind::kCall:
        return Present(FieldOf(node.children[0]), node.children[0]);
      case Node::Kind::kWord:
        return Bare(node);
      default:
        return Combine(node, [&](const Node& child) { return Run(child); });
    }
  }

 private:
  static Verdict Of(bool holds) { return holds ? Verdict::kYes : Verdict::kNo; }
  static Verdict Not(Verdict v) {
    return v == Verdict::kYes ? Verdict::kNo : v == Verdict::kNo ? Verdict::kYes : v;
  }
  Verdict Unset() const { return two_valued_ ? Verdict::kNo : Verdict::kUnset; }

  // By counting.
  template <typename Each>
  static Verdict Combine(const Node& node, const Each& each) {
    std::map<Verdict, size_t> count;
    for (const Node& child : node.children) ++count[each(child)];
    if (node.kind == Node::Kind::kNot) return Not(count.begin()->first);
    if (node.kind == Node::Kind::kAnd) {
      if (count[Verdict::kNo] > 0) return Verdict::kNo;
      return count[Verdict::kUnset] > 0 ? Verdict::kUnset : Verdict::kYes;
    }
    if (count[Verdict::kYes] > 0) return Verdict::kYes;
    return count[Verdict::kUnset] > 0 ? Verdict::kUnset : Verdict::kNo;
  }

  static const Field& FieldOf(const Node& path) {
    return ThingSchema().field(*ThingSchema().Find(path.segments[0].text));
  }

  std::optional<std::string> ValueOf(const Field& field, const Node& path) const {
    const auto& values = field.shape == Shape::kMap ? thing_.labels : thing_.fields;
    const auto found = values.find(path.segments.back().text);
    if (found == values.end()) return std::nullopt;
    return found->second;
  }

  Verdict Present(const Field& field, const Node& path) const {
    if (field.shape == Shape::kList) return Of(!thing_.tags.empty());
    if (field.shape == Shape::kMap && path.segments.size() == 1) return Of(!thing_.labels.empty());
    return Of(ValueOf(field, path).has_value());
  }

  Verdict Bare(const Node& word) const {
    if (!word.segments[0].quoted) {
      const auto active = thing_.fields.find("active");
      return active == thing_.fields.end() ? Unset() : Of(active->second == "true");
    }
    const auto title = thing_.fields.find("title");
    if (title == thing_.fields.end()) return Unset();
    return Of(HoldsFor(ThingSchema().field(0), title->second, Comparator::kHas, word));
  }

  Verdict Compare(const Field& field, const Node& path, Comparator comparator,
                  const Node& argument) const {
    if (comparator == Comparator::kNotEqual)
      return Not(Compare(field, path, Comparator::kEqual, argument));
    if (argument.kind != Node::Kind::kWord)
      return Combine(argument,
                     [&](const Node& child) { return Compare(field, path, comparator, child); });
    if (argument.IsStar()) return Present(field, path);
    if (field.shape == Shape::kList) {
      for (const std::string& tag : thing_.tags) {
        if (HoldsFor(field, tag, comparator, argument)) return Verdict::kYes;
      }
      return Verdict::kNo;
    }
    if (field.shape == Shape::kMap && path.segments.size() == 1)
      return Of(thing_.labels.count(argument.segments[0].text) > 0);
    const std::optional<std::string> value = ValueOf(field, path);
    const bool null = !argument.segments[0].quoted && argument.segments[0].text == "null";
    if (null && comparator == Comparator::kEqual) return Of(!value.has_value());
    if (!value.has_value()) return Unset();
    return Of(HoldsFor(field, *value, comparator, argument));
  }

  const Thing& thing_;
  const bool two_valued_;
};

}  // namespace

Verdict ReferenceVerdict(const Node& tree, const Thing& thing) {
  return Reference(thing, /*two_valued=*/false).Run(tree);
}

bool ReferenceMatch(const Node& tree, const Thing& thing) {
  return Reference(thing, /*two_valued=*/true).Run(tree) == Verdict::kYes;
}

}  // namespace plumbline::expr
