// SPDX-License-Identifier: Apache-2.0
//
// Whatever the text is and in whatever pieces it comes: XmlReader tells what expat tells, and
// refuses what expat refuses. The words are the same too where the text comes at once: expat's own
// depend on the pieces.
#include "services/analytics/ingest/xml_reader.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace plumbline::analytics {
namespace {

// Writes down all that it is told.
class Scribe final : public XmlHandler {
 public:
  void StartElement(absl::string_view name, absl::Span<const XmlAttribute> attributes) override {
    absl::StrAppend(&text, "<", name);
    for (const XmlAttribute& one : attributes)
      absl::StrAppend(&text, " ", one.name, "='", one.value, "'");
    Note();
    if (++elements == stop_after) reader->Stop();
  }
  void EndElement() override {
    text += "/";
    Note();
  }
  void DeclaresEntity(absl::string_view name) override { absl::StrAppend(&text, "!", name); }

  XmlReader* reader = nullptr;
  std::string text;
  int elements = 0, stop_after = -1;

 private:
  void Note() { absl::StrAppend(&text, " @", reader->line(), ",", reader->position(), "\n"); }
};

struct Read {
  std::string told;     // and whether it was read to its end
  std::string refusal;  // where it was not
  bool by_expat = false;
};

Read ReadAll(absl::string_view text, size_t piece, bool expat_only, int stop_after = -1) {
  Scribe scribe;
  XmlReader reader(scribe, {piece, expat_only});
  scribe.reader = &reader;
  scribe.stop_after = stop_after;
  bool ok = true;
  for (size_t at = 0; ok && at < text.size(); at += piece) ok = reader.Feed(text.substr(at, piece));
  ok = ok && reader.Finish();
  Read read{absl::StrCat(scribe.text, ok), "", reader.by_expat()};
  const bool stopped = stop_after >= 0 && scribe.elements >= stop_after;
  if (!ok && !stopped) {
    read.refusal = absl::StrCat("line ", reader.line(), ": ",
                                reader.truncated() ? "truncated" : reader.problem());
  }
  return read;
}

constexpr size_t kWhole = 1 << 20;

std::string Log() {
  return "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<!-- OpenXES - 1.0 -->\n"
         "<log xes.version=\"1.0\" xmlns='http://www.xes-standard.org/'>\n"
         "\t<extension name=\"Time\" prefix=\"time\"/>\r\n<global scope='event'>\r"
         "<string key=\"concept:name\" value=\"UNKNOWN\" /></global>\n"
         "<trace>\n\t<string key=\"concept:name\" value=\"caf\xc3\xa9 &amp; &#65;&#x1F600;\"/>\n"
         "<event><string value='a\tb\nc\r\nd' key='k'></string >some text"
         "<date key='time:timestamp' value='2020-01-01T00:00:00Z'\n/></event>\n"
         "</trace><trace/>\r\n</log>\n<!-- end -->\n";
}

TEST(XmlReader, ReadsLogsWithoutExpat) {
  const Read read = ReadAll(Log(), kWhole, false);
  EXPECT_FALSE(read.by_expat);
  EXPECT_EQ(read.told, ReadAll(Log(), kWhole, true).told);
  EXPECT_NE(read.told.find("value='caf\xc3\xa9 & A\xf0\x9f\x98\x80'"), std::string::npos);
  EXPECT_NE(read.told.find("value='a b c d'"), std::string::npos);
  for (size_t piece = 1; piece < Log().size(); ++piece)
    EXPECT_EQ(ReadAll(Log(), piece, false).told, read.told) << piece;
}

TEST(XmlReader, LeavesTheRestToExpat) {
  const std::string many(20, 'a');
  std::string attributes;
  for (int i = 0; i < 20; ++i) absl::StrAppend(&attributes, " a", i, "='", i, "'");
  const std::vector<std::string> rows = {
      "",
      " ",
      "<a",
      "<a>",
      "<a></b>",
      "<a/><b/>",
      "<a/>x",
      "<a/>\r",
      "<a>\r",
      "x<a/>",
      " <?xml version='1.0'?><a/>",
      "<!-- c --><?xml version='1.0'?><a/>",
      "<?xml version='1.0' encoding='ISO-8859-1'?><a b='\xe9'/>",
      "<?xml version='1.0' encoding='latin-9'?><a/>",
      "<?xml version='1.0'\nencoding='utf-8'?><a>",
      "<?xml?><a/>",
      "<?xml version='1.0' standalone='maybe'?><a/>",
      "<!DOCTYPE a [<!ENTITY e 'x'>]><a b='&e;'/>",
      "<!-- c --><!DOCTYPE a><a/>",
      "<a><b><![CDATA[<c/>]]></b></a>",
      "<a><b>&amp;</b><b>]]></b></a>",
      "<a><?p i?><b/></a>",
      "<a/><?p i?><!-- c --> ",
      "<a b='1' b='2'/>",
      "<a b='1'c='2'/>",
      "<a b='<'/>",
      "<a b='&'/>",
      "<a b='&nbsp;'/>",
      "<a b='&#0;'/>",
      "<a b='&#xFFFF;'/>",
      "<a b='&#xD800;'/>",
      "<a b='&#X41;'/>",
      "<a b='&#4294967361;'/>",
      "<a b='\x7f'/>",
      "<a b='\x01'/>",
      "<a b='\xff'/>",
      "<a b='\xef\xbf\xbf'/>",
      "<a b='\xed\xa0\x80'/>",
      "<a>\xc3\xa9</a>",
      "<a>\x01</a>",
      "<\xc3\xa9/>",
      "<a b\xc3\xa9='1'/>",
      "<-a/>",
      "<a/ >",
      "<a><!-- -- --></a>",
      "<a><!--></a>",
      "<a><!---></a>-->",
      "<a><!-- \x01 --></a>",
      "<a><!-- \xc3\xa9 --></a>",
      absl::StrCat("<a", attributes, "/>"),
      absl::StrCat("<a b='", std::string(100'000, 'x'), "'><c/>"),
      absl::StrCat("<a>", std::string(100'000, ' '), "<c/></a>"),
      absl::StrCat("<a>", std::string(100'000, 'x'), "\n<c/></b>"),
      absl::StrCat(std::string(0, ' '), "<a>", "\r\n\r\r\n", "<c/></b>"),
      std::string("<a>\0</a>", 8),
      std::string("<a b='\0'/>", 10),
      "\xff\xfe<\0a\0/\0>\0",
  };
  for (const std::string& row : rows) {
    const Read expected = ReadAll(row, kWhole, true);
    EXPECT_EQ(ReadAll(row, kWhole, false).refusal, expected.refusal)
        << absl::CHexEscape(row.substr(0, 100));
    for (const size_t piece : {kWhole, size_t{1}, size_t{2}, size_t{5}, size_t{1'000}}) {
      if (row.size() > 1'000 && piece < 1'000) continue;
      EXPECT_EQ(ReadAll(row, piece, false).told, expected.told)
          << absl::CHexEscape(row.substr(0, 100)) << " in pieces of " << piece;
    }
  }
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<a>\n";
  EXPECT_EQ(ReadAll(deep, kWhole, false).refusal, ReadAll(deep, kWhole, true).refusal);
}

TEST(XmlReader, Stops) {
  for (int after = 1; after < 8; ++after) {
    const Read read = ReadAll(Log(), kWhole, false, after);
    EXPECT_EQ(read.told.back(), '0');
    EXPECT_EQ(ReadAll(Log(), 3, false, after).told, read.told);
  }
}

std::string Mutate(std::string text, std::mt19937_64& random) {
  const std::vector<std::string> pieces = {"&#x41;",
                                           "&amp;",
                                           "&#0;",
                                           "\r\n",
                                           "\r",
                                           "\n",
                                           "]]>",
                                           "<!--",
                                           "-->",
                                           "<![CDATA[",
                                           "<?p i?>",
                                           "<!DOCTYPE a>",
                                           "\xc3\xa9",
                                           "\xef\xbf\xbe",
                                           "\t",
                                           "/>",
                                           "</",
                                           "=",
                                           "'",
                                           "\"",
                                           std::string(1, '\0'),
                                           "\x7f",
                                           "\x01",
                                           "<",
                                           ">",
                                           "&",
                                           ";",
                                           " ",
                                           "a",
                                           "<b c='d'>",
                                           "</b>",
                                           "]",
                                           "--"};
  for (uint64_t n = 1 + random() % 3; n > 0 && !text.empty(); --n) {
    const size_t at = random() % text.size(), other = random() % text.size();
    switch (random() % 5) {
      case 0:
        text.erase(at, 1 + random() % 6);
        break;
      case 1:
        text.insert(at, pieces[random() % pieces.size()]);
        break;
      case 2:
        text.insert(at, text.substr(other, 1 + random() % 60));
        break;
      case 3:
        text[at] = static_cast<char>(random());
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

TEST(XmlReader, AgreesWithExpatOnMutatedLogs) {
  const int rounds = std::getenv("PLUMBLINE_NIGHTLY") == nullptr ? 30'000 : 3'000'000;
  std::mt19937_64 random(7);
  int right = 0, wrong = 0, by_expat = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = Mutate(Log(), random);
    const Read expected = ReadAll(text, kWhole, true);
    const bool whole = i % 2 == 0;
    const Read read = ReadAll(text, whole ? kWhole : 1 + random() % 50, false);
    ASSERT_EQ(read.told, expected.told) << absl::CHexEscape(text);
    if (whole) {
      ASSERT_EQ(read.refusal, expected.refusal) << absl::CHexEscape(text);
    }
    (expected.told.back() == '1' ? right : wrong) += 1;
    by_expat += read.by_expat;
  }
  EXPECT_GT(right, rounds / 20);
  EXPECT_GT(wrong, rounds / 20);
  EXPECT_GT(rounds - by_expat, rounds / 50);
}

}  // namespace
}  // namespace plumbline::analytics
