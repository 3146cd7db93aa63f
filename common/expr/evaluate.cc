// SPDX-License-Identifier: Apache-2.0
#include "common/expr/evaluate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace plumbline::expr {
namespace {

bool IsText(Type type) {
  return type == Type::kString || type == Type::kEnum || type == Type::kPerson;
}

// -1, 0 or 1. For money the currencies are the same.
int Order(Type type, const Value& a, const Value& b) {
  if (IsText(type)) return a.text.compare(b.text);
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

// Where `piece`, which is in lower case, begins in `text` at or after `from`, ASCII case aside.
size_t FindFolded(absl::string_view text, absl::string_view piece, size_t from) {
  const auto same = [](char a, char b) {
    return absl::ascii_tolower(static_cast<unsigned char>(a)) == b;
  };
  const auto found = std::search(text.begin() + static_cast<ptrdiff_t>(from), text.end(),
                                 piece.begin(), piece.end(), same);
  return found == text.end() && !piece.empty() ? absl::string_view::npos
                                               : static_cast<size_t>(found - text.begin());
}

bool ContainsPieces(absl::string_view text, const std::vector<std::string>& pieces) {
  size_t at = 0;
  for (const std::string& piece : pieces) {
    const size_t found = FindFolded(text, piece, at);
    if (found == absl::string_view::npos) return false;
    at = found + piece.size();
  }
  return true;
}

// The first piece stands at the beginning, the last at the end, and the others between them, each
// as early as it can: if any arrangement fits, this one does.
bool MatchesPieces(absl::string_view text, const std::vector<std::string>& pieces) {
  const std::string& first = pieces.front();
  const std::string& last = pieces.back();
  if (text.size() < first.size() + last.size() || !absl::StartsWith(text, first) ||
      !absl::EndsWith(text, last)) {
    return false;
  }
  absl::string_view between = text.substr(first.size(), text.size() - first.size() - last.size());
  for (size_t i = 1; i + 1 < pieces.size(); ++i) {
    const size_t found = between.find(pieces[i]);
    if (found == absl::string_view::npos) return false;
    between.remove_prefix(found + pieces[i].size());
  }
  return true;
}

bool Holds(const Test& test, const Value& value) {
  switch (test.op) {
    case Test::Op::kPresent:
      return true;
    case Test::Op::kMatches:
      return MatchesPieces(value.text, test.pieces);
    case Test::Op::kContains:
      return ContainsPieces(value.text, test.pieces);
    default:
      break;
  }
  if (test.type == Type::kMoney && value.text != test.value.text) return false;
  const int order = Order(test.type, value, test.value);
  switch (test.op) {
    case Test::Op::kLess:
      return order < 0;
    case Test::Op::kLessEqual:
      return order <= 0;
    case Test::Op::kGreater:
      return order > 0;
    case Test::Op::kGreaterEqual:
      return order >= 0;
    default:
      return order == 0;
  }
}

Verdict ToVerdict(bool holds) { return holds ? Verdict::kYes : Verdict::kNo; }

Verdict RunTest(const Test& test, const Record& record) {
  const absl::Span<const Value> values = record.values(test.field);
  if (test.shape == Shape::kMap && test.key.has_value()) {
    const Value* value = record.Find(test.field, *test.key);
    if (value != nullptr) return ToVerdict(Holds(test, *value));
  } else if (test.shape == Shape::kOne) {
    if (!values.empty()) return ToVerdict(Holds(test, values[0]));
  } else {
    return ToVerdict(std::any_of(values.begin(), values.end(),
                                 [&](const Value& value) { return Holds(test, value); }));
  }
  return test.op == Test::Op::kPresent ? Verdict::kNo : Verdict::kUnset;
}

Verdict Negated(Verdict verdict) {
  if (verdict == Verdict::kUnset) return verdict;
  return verdict == Verdict::kYes ? Verdict::kNo : Verdict::kYes;
}

std::string PathOf(const Test& test, const Schema& schema) {
  const std::string& name = schema.field(test.field).name;
  return test.key.has_value() ? absl::StrCat(name, ".", *test.key) : name;
}

// Kleene's logic. `unset` may be nullptr; what a decided part added to it is taken away again.
class Decider {
 public:
  Decider(const Record& record, const Schema& schema, std::vector<std::string>* unset)
      : record_(record), schema_(schema), unset_(unset) {}

  Verdict Run(const Condition& condition) {
    const size_t before = unset_ == nullptr ? 0 : unset_->size();
    const Verdict verdict = Combine(condition);
    if (unset_ != nullptr && verdict != Verdict::kUnset) unset_->resize(before);
    return verdict;
  }

 private:
  Verdict Combine(const Condition& condition) {
    switch (condition.kind) {
      case Condition::Kind::kTest:
        return Leaf(condition.test);
      case Condition::Kind::kNot:
        return Negated(Run(condition.children[0]));
      case Condition::Kind::kAnd:
        return Join(condition, Verdict::kNo);
      case Condition::Kind::kOr:
        return Join(condition, Verdict::kYes);
    }
    return Verdict::kNo;
  }

  // AND and OR: one `deciding` part is enough.
  Verdict Join(const Condition& condition, Verdict deciding) {
    bool unset = false;
    for (const Condition& child : condition.children) {
      const Verdict verdict = Run(child);
      if (verdict == deciding) return deciding;
      unset |= verdict == Verdict::kUnset;
    }
    return unset ? Verdict::kUnset : Negated(deciding);
  }

  Verdict Leaf(const Test& test) {
    const Verdict verdict = RunTest(test, record_);
    if (verdict == Verdict::kUnset && unset_ != nullptr) {
      std::string path = PathOf(test, schema_);
      if (std::find(unset_->begin(), unset_->end(), path) == unset_->end())
        unset_->push_back(std::move(path));
    }
    return verdict;
  }

  const Record& record_;
  const Schema& schema_;
  std::vector<std::string>* unset_;
};

}  // namespace

void Record::Set(int field, Value value) {
  cells_[static_cast<size_t>(field)].values.push_back(std::move(value));
}

void Record::Put(int field, std::string key, Value value) {
  Cell& cell = cells_[static_cast<size_t>(field)];
  cell.keys.push_back(std::move(key));
  cell.values.push_back(std::move(value));
}

const Value* Record::Find(int field, absl::string_view key) const {
  const Cell& cell = this->cell(field);
  const auto found = std::find(cell.keys.begin(), cell.keys.end(), key);
  return found == cell.keys.end() ? nullptr
                                  : &cell.values[static_cast<size_t>(found - cell.keys.begin())];
}

bool Matches(const Condition& condition, const Record& record) {
  const auto child_matches = [&](const Condition& child) { return Matches(child, record); };
  const std::vector<Condition>& children = condition.children;
  switch (condition.kind) {
    case Condition::Kind::kTest:
      return RunTest(condition.test, record) == Verdict::kYes;
    case Condition::Kind::kNot:
      return !Matches(children[0], record);
    case Condition::Kind::kAnd:
      return std::all_of(children.begin(), children.end(), child_matches);
    case Condition::Kind::kOr:
      return std::any_of(children.begin(), children.end(), child_matches);
  }
  return false;
}

Verdict Decide(const Condition& condition, const Record& record, const Schema& schema,
               std::vector<std::string>* unset) {
  return Decider(record, schema, unset).Run(condition);
}

}  // namespace plumbline::expr
