// SPDX-License-Identifier: Apache-2.0
//
// Reads the part of XML that event logs are made of, several times as fast as expat does: UTF-8,
// elements with ASCII names, attributes with the five entities and character references, comments,
// plain ASCII between the tags. It leaves everything else, errors above all, to expat, from the
// token on that it does not take: so it need not know what is wrong, only what is right. Internal
// to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_SCANNER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_SCANNER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/ingest/xml_handler.h"

namespace plumbline::analytics {

class XmlScanner {
 public:
  // So many zero bytes must follow the text that is scanned.
  static constexpr size_t kPadding = 32;

  // `handler` must outlive it.
  explicit XmlScanner(XmlHandler& handler) : handler_(handler) {}

  enum class Outcome {
    kIncomplete,  // what is left is the beginning of a token, or nothing
    kForeign,     // what is left begins with a token for expat
    kStopped,
  };
  // Takes the tokens that stand whole at the beginning of `text`, which begins where the last call
  // left off; `*used` is their length. O(length).
  Outcome Scan(absl::string_view text, size_t* used);
  // Ends Scan; called by the handler.
  void Stop() { stopped_ = true; }

  // Whether the first element has ended and nothing but its epilogue can follow.
  bool complete() const { return seen_root_ && depth_ == 0; }
  // The elements that are open, from the outermost.
  absl::Span<const std::string> open() const { return {open_.data(), depth_}; }
  bool seen_root() const { return seen_root_; }

  // Where the tag is that the handler is being told of: its first byte in the text, or behind its
  // last for the end of `<a/>`.
  size_t offset() const { return static_cast<size_t>(told_ - begin_); }
  // The line of that, from 1; outside of a call, the line of what is left.
  int64_t line() const { return told_line_; }

 private:
  enum class Token { kTaken, kIncomplete, kForeign };
  static constexpr size_t kMostAttributes = 16, kMostDepth = 128;

  // Each takes one token that begins at at_ and leaves at_ behind it, if it is kTaken.
  Token Take();
  Token TakeDeclaration();
  Token TakeComment();
  Token TakeText();
  Token TakeStartTag();
  Token TakeEndTag();
  // Parts of a tag. The first takes ` key="..." value="..."`, as nearly all tags of logs have it,
  // if it stands there whole and needs no decoding; nothing else.
  void TakeUsualPair();
  Token TakeAttribute();
  Token TakeValue(char quote, absl::string_view* value);
  Token DecodeValue(char quote, absl::string_view* value);
  absl::string_view TakeName();
  void SkipSpaces();
  // What to make of a byte that does not fit: the text may end there.
  Token Unfit() const { return at_ == end_ ? Token::kIncomplete : Token::kForeign; }
  bool HasAttribute(absl::string_view name) const;
  void Open(absl::string_view name);
  void Close(const char* told);

  XmlHandler& handler_;
  bool stopped_ = false, begun_ = false, seen_root_ = false;
  std::vector<std::string> open_;  // the first depth_ are open
  size_t depth_ = 0;

  const char *begin_ = nullptr, *at_ = nullptr, *end_ = nullptr;
  int64_t line_ = 1;  // of at_
  const char* told_ = nullptr;
  int64_t told_line_ = 1;
  std::array<XmlAttribute, kMostAttributes> attributes_;  // of the tag
  size_t attribute_count_ = 0;
  std::array<std::string, kMostAttributes> decoded_;  // values that are not as written
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_SCANNER_H_
