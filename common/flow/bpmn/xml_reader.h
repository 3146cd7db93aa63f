// SPDX-License-Identifier: Apache-2.0
//
// XML of unknown origin as a small tree.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_XML_READER_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_XML_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::flow::bpmn {

// The namespaces that we read. Flowable and Activiti have taken over the words of Camunda.
enum class Space { kNone, kModel, kPlumbline, kCamunda, kZeebe };

struct Attribute {
  Space space = Space::kNone;
  std::string name;
  std::string value;
};

struct Element {
  Space space = Space::kModel;
  std::string name;  // without prefix: "userTask"
  int64_t line = 0;
  std::string text;  // all character data directly in it
  std::vector<Attribute> attributes;
  std::vector<Element> children;

  // "" if there is none.
  const std::string& Get(absl::string_view attribute, Space of = Space::kNone) const;
  bool Is(Space of, absl::string_view called) const { return space == of && name == called; }
  // The first such child; nullptr if there is none.
  const Element* Find(Space of, absl::string_view called) const;
};

struct XmlDocument {
  Element root;
  int64_t foreign = 0;  // elements of other vendors that were passed over
};

// Reads a document. Elements that no part of the import reads are counted and passed over, and so
// is the diagram interchange, which is not counted. Errors: IMPORT_FORMAT with the line: not
// well-formed, an unknown encoding, a DOCTYPE that declares entities, beyond kMaxFileBytes,
// kMaxXmlDepth or kMaxXmlElements. O(bytes); the result takes a few times the size of the file.
absl::StatusOr<XmlDocument> ReadXml(absl::string_view bytes);

// IMPORT_FORMAT, with the line in the message and in the metadata.
absl::Status FormatError(int64_t line, absl::string_view message);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_XML_READER_H_
