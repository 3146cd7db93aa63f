// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/search/words.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/proto/nodes.h"

namespace plumbline::catalog {
namespace {

constexpr size_t kMaxWordBytes = 64;
constexpr size_t kMaxProcessBytes = 200'000;
constexpr size_t kMaxQueryCharacters = 500;

// U+00C0 to U+017F without accents, in lower case; " " separates words.
constexpr const char* kLatin[] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c",  "e",  "e", "e", "e", "i",  "i",  "i", "i", "d", "n",
    "o", "o", "o",  "o",  "o", " ", "o",  "u",  "u",  "u", "u", "y", "th", "ss", "a", "a", "a", "a",
    "a", "a", "ae", "c",  "e", "e", "e",  "e",  "i",  "i", "i", "i", "d",  "n",  "o", "o", "o", "o",
    "o", " ", "o",  "u",  "u", "u", "u",  "y",  "th", "y", "a", "a", "a",  "a",  "a", "a", "c", "c",
    "c", "c", "c",  "c",  "c", "c", "d",  "d",  "d",  "d", "e", "e", "e",  "e",  "e", "e", "e", "e",
    "e", "e", "g",  "g",  "g", "g", "g",  "g",  "g",  "g", "h", "h", "h",  "h",  "i", "i", "i", "i",
    "i", "i", "i",  "i",  "i", "i", "ij", "ij", "j",  "j", "k", "k", "k",  "l",  "l", "l", "l", "l",
    "l", "l", "l",  "l",  "l", "n", "n",  "n",  "n",  "n", "n", "n", "n",  "n",  "o", "o", "o", "o",
    "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r",  "r", "s", "s", "s",  "s",  "s", "s", "s", "s",
    "t", "t", "t",  "t",  "t", "t", "u",  "u",  "u",  "u", "u", "u", "u",  "u",  "u", "u", "u", "u",
    "w", "w", "y",  "y",  "y", "z", "z",  "z",  "z",  "z", "z", "s",
};

// Letters in lower case and digits; 0 separates words.
constexpr auto kAscii = [] {
  std::array<char, 128> folded{};
  for (char c = '0'; c <= '9'; ++c) folded[static_cast<size_t>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) {
    folded[static_cast<size_t>(c)] = c;
    folded[static_cast<size_t>(c - 'a' + 'A')] = c;
  }
  return folded;
}();

// The character that begins at `at`; its length in *length. Texts are valid UTF-8.
char32_t CharacterAt(absl::string_view text, size_t at, size_t* length) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned lead = byte(0);
  *length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  *length = std::min(*length, text.size() - at);
  if (*length == 1) return lead;
  char32_t c = lead & (0x7Fu >> *length);
  for (size_t i = 1; i < *length; ++i) c = c << 6 | (byte(i) & 0x3Fu);
  return c;
}

// Characters beyond Latin that are no letters: punctuation, spaces, symbols.
bool Separates(char32_t c) {
  return (c >= 0x80 && c < 0xC0 && c != 0xAA && c != 0xB5 && c != 0xBA) ||
         (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F) ||
         (c >= 0xFF00 && c <= 0xFF0F) || c == 0xFEFF;
}

// Appends the folded character, which is beyond ASCII; false if it stands between words.
bool AppendFolded(char32_t c, absl::string_view bytes, std::string* word) {
  if (c >= 0xC0 && c < 0x180) {
    const absl::string_view folded = kLatin[c - 0xC0];
    if (folded == " ") return false;
    word->append(folded.data(), folded.size());
    return true;
  }
  if (Separates(c)) return false;
  if (c >= 0x300 && c < 0x370) return true;  // accents that stand behind their letters
  // Capitals of Greek and Cyrillic; the small letters lie 0x20 or 0x50 above.
  const bool near = (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F);
  const bool far = c >= 0x400 && c <= 0x40F;
  if (near || far) {
    const char32_t small = c + (near ? 0x20 : 0x50);
    word->push_back(static_cast<char>(0xC0 | small >> 6));
    word->push_back(static_cast<char>(0x80 | (small & 0x3F)));
    return true;
  }
  word->append(bytes.data(), bytes.size());
  return true;
}

void Cut(std::string* word) {
  if (word->size() <= kMaxWordBytes) return;
  size_t end = kMaxWordBytes;
  while ((static_cast<unsigned char>((*word)[end]) & 0xC0) == 0x80) --end;
  word->resize(end);
}

// `visit` gets every word of a text in order until it returns false. The word lives until then.
template <typename Visit>
void ForEachWord(absl::string_view text, const Visit& visit) {
  TextWord word;
  // Whether to go on.
  const auto end_word = [&] {
    if (word.folded.empty()) return true;
    Cut(&word.folded);
    const bool more = visit(word);
    word.folded.clear();
    return more;
  };
  size_t length = 0;
  for (size_t at = 0; at < text.size(); at += length) {
    const char c = text[at];
    length = 1;
    bool within;
    if (word.folded.empty()) word.begin = at;
    if (static_cast<unsigned char>(c) < 0x80) {  // nearly all
      const char folded = kAscii[static_cast<size_t>(c)];
      within = folded != 0;
      if (within) word.folded.push_back(folded);
    } else {
      const char32_t character = CharacterAt(text, at, &length);
      within = AppendFolded(character, text.substr(at, length), &word.folded);
    }
    if (within) {
      word.end = at + length;
    } else if (!end_word()) {
      return;
    }
  }
  end_word();
}

// Gathers words, each for the first place that has it, as long as there is room.
class Gatherer {
 public:
  Gatherer() { seen_.reserve(kUsualWords); }

  void Add(absl::string_view text, std::vector<std::string>* place) {
    ForEachWord(text, [&](const TextWord& word) {
      if (bytes_ + word.folded.size() > kMaxProcessBytes) return false;
      // Most were seen before: only new ones are copied.
      seen_.lazy_emplace(word.folded, [&](const auto& make) {
        make(word.folded);
        bytes_ += word.folded.size();
        place->push_back(word.folded);
      });
      return true;
    });
  }

 private:
  static constexpr size_t kUsualWords = 512;
  absl::flat_hash_set<std::string> seen_;
  size_t bytes_ = 0;
};

}  // namespace

std::vector<TextWord> SplitWords(absl::string_view text) {
  std::vector<TextWord> words;
  ForEachWord(text, [&](const TextWord& word) {
    words.push_back(word);
    return true;
  });
  return words;
}

ProcessWords WordsOf(const v1::Process& process) { return WordsOf(process.name(), process); }

ProcessWords WordsOf(absl::string_view name, const v1::Process& process) {
  ProcessWords words;
  Gatherer gatherer;
  gatherer.Add(process.title(), &words.title);
  gatherer.Add(process.purpose(), &words.names);
  flow::ForEachNode(process.root(),
                    [&](const v1::Node& node) { gatherer.Add(node.title(), &words.names); });
  gatherer.Add(name.substr(name.rfind('/') + 1), &words.rest);
  gatherer.Add(process.owner(), &words.rest);
  for (const auto& [label, value] : process.labels()) {
    gatherer.Add(label, &words.rest);
    gatherer.Add(value, &words.rest);
  }
  for (const v1::Attribute& attribute : process.attributes()) {
    gatherer.Add(attribute.id(), &words.rest);
    gatherer.Add(attribute.title(), &words.rest);
    gatherer.Add(attribute.description(), &words.rest);
  }
  for (const v1::Milestone& milestone : process.milestones()) {
    gatherer.Add(milestone.id(), &words.rest);
    gatherer.Add(milestone.title(), &words.rest);
    gatherer.Add(milestone.description(), &words.rest);
  }
  flow::ForEachNode(process.root(), [&](const v1::Node& node) {
    gatherer.Add(node.step().role(), &words.rest);
    gatherer.Add(node.step().instructions(), &words.rest);
    for (const v1::ChecklistItem& item : node.step().checklist())
      gatherer.Add(item.title(), &words.rest);
  });
  return words;
}

absl::StatusOr<std::vector<std::string>> ToQueryWords(absl::string_view query) {
  const auto characters = static_cast<size_t>(
      std::count_if(query.begin(), query.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  if (characters > kMaxQueryCharacters) {
    return base::FieldError(
        "query", absl::StrCat("has ", characters, " characters; at most ", kMaxQueryCharacters,
                              " are possible: shorten it"));
  }
  std::vector<std::string> words;
  for (TextWord& word : SplitWords(query)) {
    if (std::find(words.begin(), words.end(), word.folded) == words.end())
      words.push_back(std::move(word.folded));
  }
  if (words.empty()) {
    return base::FieldError(
        "query", "holds no word; give one to ten words of letters and digits to look for");
  }
  if (words.size() > kMaxQueryWords) {
    return base::FieldError("query", absl::StrCat("has ", words.size(), " words; at most ",
                                                  kMaxQueryWords, " are possible: leave some out"));
  }
  return words;
}

}  // namespace plumbline::catalog
