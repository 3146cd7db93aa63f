// SPDX-License-Identifier: Apache-2.0
//
// What a reader of XML tells. Internal to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_HANDLER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_HANDLER_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace plumbline::analytics {

// As written, but for the value: references are resolved, and line ends and tabs are spaces (XML
// 1.0, 3.3.3).
struct XmlAttribute {
  absl::string_view name, value;
};

// The views are valid during the call.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  // A tag that begins an element; `<a/>` begins and ends one.
  virtual void StartElement(absl::string_view name, absl::Span<const XmlAttribute> attributes) = 0;
  virtual void EndElement() = 0;
  // The document type declares an entity of this name.
  virtual void DeclaresEntity(absl::string_view name) = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_HANDLER_H_
