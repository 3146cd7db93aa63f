// SPDX-License-Identifier: Apache-2.0
//
// Passes over a column of numbers, case by case. Case c has the rows begin[c] .. begin[c+1]. Each
// is O(rows). Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_SCANS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_SCANS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/expr/check.h"
#include "services/analytics/filter/bit_set.h"
#include "services/analytics/filter/matchers.h"
#include "services/analytics/filter/notes.h"

namespace plumbline::analytics {

using CaseBegin = std::span<const uint32_t>;

// By number of a text, whether `test` holds for it. A text that is asked for and is not there makes
// a note.
inline std::vector<uint8_t> TableOf(const expr::Test& test, const std::vector<std::string>& texts,
                                    absl::string_view kind, std::vector<std::string>& notes) {
  const TextMatcher matches(test);
  std::vector<uint8_t> table;
  table.reserve(texts.size());
  bool any = false;
  for (const std::string& text : texts) {
    table.push_back(matches(text) ? 1 : 0);
    any |= table.back() != 0;
  }
  if (!any && test.op == expr::Test::Op::kEqual) {
    NoteMissing(kind, test.value.text, texts, notes);
  }
  return table;
}

// Cases with a row whose number the table has.
template <class T>
BitSet CasesWithAny(CaseBegin begin, std::span<const T> column, const std::vector<uint8_t>& table) {
  return BitSet::Where(begin.size() - 1, [&](size_t c) {
    uint8_t any = 0;
    for (uint32_t row = begin[c]; row < begin[c + 1]; ++row) any |= table[column[row]];
    return any != 0;
  });
}

// Cases with a number of the table in two rows or more.
template <class T>
BitSet CasesWithRepeat(CaseBegin begin, std::span<const T> column,
                       const std::vector<uint8_t>& table) {
  std::vector<uint32_t> last_case(table.size(), UINT32_MAX);
  return BitSet::Where(begin.size() - 1, [&](size_t c) {
    bool repeat = false;
    for (uint32_t row = begin[c]; row < begin[c + 1]; ++row) {
      const T number = column[row];
      repeat |= table[number] != 0 && last_case[number] == c;
      last_case[number] = static_cast<uint32_t>(c);
    }
    return repeat;
  });
}

// Cases in which rows follow each other directly that are steps 0 .. steps-1 of a path: bit i of
// `table` says of which step a number can be. All beginnings are followed at once, a bit each
// (Baeza-Yates and Gonnet 1992, shift-and).
template <class T>
BitSet CasesWithPath(CaseBegin begin, std::span<const T> column, const std::vector<uint64_t>& table,
                     size_t steps) {
  const uint64_t whole = uint64_t{1} << (steps - 1);
  return BitSet::Where(begin.size() - 1, [&](size_t c) {
    uint64_t at = 0, seen = 0;
    for (uint32_t row = begin[c]; row < begin[c + 1]; ++row) {
      at = (at << 1 | 1) & table[column[row]];
      seen |= at;
    }
    return (seen & whole) != 0;
  });
}

// The same with other rows between them. The earliest row for each step leaves most for the others.
template <class T>
BitSet CasesWithSubsequence(CaseBegin begin, std::span<const T> column,
                            const std::vector<uint64_t>& table, size_t steps) {
  return BitSet::Where(begin.size() - 1, [&](size_t c) {
    size_t done = 0;
    for (uint32_t row = begin[c]; row < begin[c + 1] && done < steps; ++row) {
      done += table[column[row]] >> done & 1;
    }
    return done == steps;
  });
}

// Cases that are the path and nothing else.
template <class T>
BitSet CasesOfSequence(CaseBegin begin, std::span<const T> column,
                       const std::vector<uint64_t>& table, size_t steps) {
  return BitSet::Where(begin.size() - 1, [&](size_t c) {
    if (begin[c + 1] - begin[c] != steps) return false;
    for (size_t s = 0; s < steps; ++s) {
      if ((table[column[begin[c] + s]] >> s & 1) == 0) return false;
    }
    return true;
  });
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_SCANS_H_
