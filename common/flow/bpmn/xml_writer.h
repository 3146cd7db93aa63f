// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_XML_WRITER_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_XML_WRITER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::flow::bpmn {

// Writes indented XML 1.0 in UTF-8. Names must be valid; values may be any UTF-8 text: what XML
// cannot hold becomes U+FFFD, and an XML processor gives back every other character as it is, line
// ends and tabs included.
class XmlWriter {
 public:
  XmlWriter();

  // <name ...: attributes may follow until the next call of another kind.
  void Open(absl::string_view name);
  void Attribute(absl::string_view name, absl::string_view value);
  void Attribute(absl::string_view name, int value);
  // The text of the element, in place of children.
  void Text(absl::string_view text);
  void Close();

  // <name>text</name>
  void Leaf(absl::string_view name, absl::string_view text);

  // The document; every element must be closed.
  std::string Take() { return std::move(out_); }

 private:
  void EndTag();

  std::string out_;
  std::vector<std::string> open_;
  bool in_tag_ = false;  // the start tag still takes attributes
  bool inline_ = false;  // the last thing written was text
};

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_XML_WRITER_H_
