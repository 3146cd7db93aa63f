// SPDX-License-Identifier: Apache-2.0
#include "common/expr/sql.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace plumbline::expr {
namespace {

using Op = Test::Op;

// "a < v" and what holds instead when it does not, of values that are set.
absl::string_view Sign(Op op, bool negated) {
  switch (op) {
    case Op::kLess:
      return negated ? " >= " : " < ";
    case Op::kLessEqual:
      return negated ? " > " : " <= ";
    case Op::kGreater:
      return negated ? " <= " : " > ";
    case Op::kGreaterEqual:
      return negated ? " < " : " >= ";
    default:
      return negated ? " <> " : " = ";
  }
}

// The pieces with any characters between them, and around them if `anywhere`; ! escapes.
std::string Pattern(const std::vector<std::string>& pieces, bool anywhere) {
  std::string pattern = anywhere ? "%" : "";
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) pattern.push_back('%');
    for (const char c : pieces[i]) {
      if (c == '%' || c == '_' || c == '!') pattern.push_back('!');
      pattern.push_back(c);
    }
  }
  if (anywhere) pattern.push_back('%');
  return pattern;
}

// `number` in units of 1 / `factor`, rounded down, and whether that was exact.
std::pair<int64_t, bool> Floor(int64_t number, int64_t factor) {
  const int64_t quotient = number / factor;
  const int64_t rest = number % factor;
  return {rest < 0 ? quotient - 1 : quotient, rest == 0};
}

// Writes a condition in negation normal form: NOT goes down to the tests, where a negated test says
// in so many words that an unset field fulfils it. A positive test of NULL is NULL, which counts as
// false in AND and OR.
class Writer {
 public:
  Writer(absl::Span<const Column> columns, const Schema& schema, absl::string_view prefix)
      : columns_(columns), schema_(schema), prefix_(prefix) {}

  void Write(const Condition& condition, bool negated) {
    switch (condition.kind) {
      case Condition::Kind::kTest:
        return WriteTest(condition.test, negated);
      case Condition::Kind::kNot:
        return Write(condition.children[0], !negated);
      case Condition::Kind::kAnd:
      case Condition::Kind::kOr:
        return WriteAll(condition, negated);
    }
  }

  SqlText Take() { return std::move(text_); }

 private:
  template <typename... Parts>
  void Add(const Parts&... parts) {
    absl::StrAppend(&text_.sql, parts...);
  }

  std::string Param(std::variant<int64_t, std::string> value) {
    std::string name = absl::StrCat(prefix_, text_.params.size());
    text_.params.push_back({name, std::move(value)});
    return absl::StrCat(":", name);
  }

  void WriteAll(const Condition& condition, bool negated) {
    const bool all = (condition.kind == Condition::Kind::kAnd) != negated;
    if (condition.children.empty()) return Add(all ? "TRUE" : "FALSE");
    Add("(");
    for (size_t i = 0; i < condition.children.size(); ++i) {
      if (i > 0) Add(all ? " AND " : " OR ");
      Write(condition.children[i], negated);
    }
    Add(")");
  }

  void WriteTest(const Test& test, bool negated) {
    const Column& column = columns_[static_cast<size_t>(test.field)];
    if (test.shape != Shape::kOne) {
      Add(negated ? "NOT " : "", "EXISTS (SELECT 1 FROM ", column.rows);
      if (test.key.has_value()) Add(" AND ", column.key, " = ", Param(*test.key));
      if (test.op != Op::kPresent) {
        Add(" AND ");
        WriteValue(test, column, false);
      }
      Add(")");
    } else if (test.op == Op::kPresent) {
      Add(column.sql, negated ? " IS NULL" : " IS NOT NULL");
    } else if (negated) {
      Add("(", column.sql, " IS NULL OR ");
      WriteValue(test, column, true);
      Add(")");
    } else {
      WriteValue(test, column, false);
    }
  }

  // The comparison with a value that is set.
  void WriteValue(const Test& test, const Column& column, bool negated) {
    switch (test.op) {
      case Op::kMatches:
        return Add(column.sql, negated ? " NOT LIKE " : " LIKE ",
                   Param(Pattern(test.pieces, /*anywhere=*/false)), " ESCAPE '!'");
      case Op::kContains:
        return Add("lower(", column.sql, negated ? ") NOT LIKE " : ") LIKE ",
                   Param(Pattern(test.pieces, /*anywhere=*/true)), " ESCAPE '!'");
      default:
        break;
    }
    switch (test.type) {
      case Type::kString:
      case Type::kEnum:
      case Type::kPerson:
        return Add(column.sql, Sign(test.op, negated), Param(test.value.text));
      case Type::kMoney:
        return WriteMoney(test, column, negated);
      case Type::kNumber:
        return WriteNumber(test, column, negated);
      default:
        return WriteWhole(test, column, negated);
    }
  }

  void WriteWhole(const Test& test, const Column& column, bool negated) {
    const std::string value = Param(test.value.number);
    const absl::string_view sign = Sign(test.op, negated);
    const bool equal = sign == " = ", below = equal || sign == " < " || sign == " <= ";
    if (!below || column.floor.empty()) return Add(column.sql, sign, value);
    Add("(", column.floor, equal ? " <= " : sign, value, " AND ", column.sql, sign, value, ")");
  }

  void WriteMoney(const Test& test, const Column& column, bool negated) {
    if (!schema_.field(test.field).currency.empty()) return WriteNumber(test, column, negated);
    Add("(", column.currency, Sign(Op::kEqual, negated), Param(test.value.text),
        negated ? " OR " : " AND ");
    WriteNumber(test, column, negated);
    Add(")");
  }

  // A column of whole units is compared with a decimal as if it were one: n < 2.5 is n <= 2.
  void WriteNumber(const Test& test, const Column& column, bool negated) {
    const auto [floor, exact] = Floor(test.value.number, kNumberUnit / column.unit);
    Op op = test.op;
    if (!exact && op == Op::kEqual) return Add(negated ? "TRUE" : "FALSE");
    if (!exact && op == Op::kLess) op = Op::kLessEqual;
    if (!exact && op == Op::kGreaterEqual) op = Op::kGreater;
    Add(column.sql, Sign(op, negated), Param(floor));
  }

  absl::Span<const Column> columns_;
  const Schema& schema_;
  absl::string_view prefix_;
  SqlText text_;
};

}  // namespace

SqlText ToSql(const Condition& condition, const Schema& schema, absl::Span<const Column> columns,
              absl::string_view prefix) {
  Writer writer(columns, schema, prefix);
  writer.Write(condition, /*negated=*/false);
  return writer.Take();
}

}  // namespace plumbline::expr
