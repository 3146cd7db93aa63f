// SPDX-License-Identifier: Apache-2.0
//
// XML that comes in pieces, told element by element. What event logs commonly hold is read by
// XmlScanner; from the first thing on that it does not take, expat reads on: it decides what is
// right, and what is wrong it names. Internal to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_READER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_READER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "services/analytics/ingest/xml_handler.h"
#include "services/analytics/ingest/xml_scanner.h"

struct XML_ParserStruct;

namespace plumbline::analytics {

struct XmlReaderOptions {
  // Parsers begin an incomplete token again with every piece, so pieces are not small.
  size_t piece_bytes = 64 << 10;
  bool expat_only = false;
};

class XmlReader {
 public:
  // `handler` must outlive it.
  explicit XmlReader(XmlHandler& handler, const XmlReaderOptions& options = {});
  ~XmlReader();

  // Takes the next bytes; reads them once enough have come. False if what it read is no XML that
  // this reads, or once Stop was called. O(length).
  bool Feed(absl::string_view bytes);
  // Reads the rest. False also if the text ends too early.
  bool Finish();
  // Ends it; called by the handler.
  void Stop();

  // Where Feed or Finish gave false and nobody called Stop: whether the text ends too early, and
  // else what is wrong, as a sentence.
  bool truncated() const;
  absl::string_view problem() const;
  // Of the element that the handler is told of, or else of what is read next: its line, from 1.
  int64_t line() const;
  // Where the element is in the text that the handler is told of.
  int64_t position() const;
  // Bytes that were read or looked at.
  int64_t fed() const { return fed_; }
  // Whether expat has taken over.
  bool by_expat() const { return expat_ != nullptr; }

 private:
  // A token of so many bytes is expat's business.
  static constexpr size_t kLongToken = 64 << 10;

  bool Read(bool last);
  bool ReadByExpat(absl::string_view text, bool last);
  // Gives expat what brings it to where the scanner is.
  void OpenExpat();
  void SetHandlers(bool on);

  XmlHandler& handler_;
  const XmlReaderOptions options_;
  XmlScanner scanner_;
  std::string buffer_;  // bytes that are not yet read
  size_t fresh_ = 0;    // of these, that were not looked at
  int64_t fed_ = 0;     // bytes read or looked at
  int64_t before_ = 0;  // bytes before the buffer
  std::unique_ptr<XML_ParserStruct, void (*)(XML_ParserStruct*)> expat_;
  int64_t expat_begin_ = 0;  // where in the text its first byte would be
  int64_t expat_lines_ = 0;  // before its first line
  bool stopped_ = false;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_READER_H_
