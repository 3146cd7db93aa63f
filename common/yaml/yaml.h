// SPDX-License-Identifier: Apache-2.0
//
// A proto message in YAML clothes: the proto's JSON form (proto3 JSON mapping), written in YAML.
// Not a second schema: driven by the descriptor. Used for process files and configuration.
#ifndef PLUMBLINE_COMMON_YAML_YAML_H_
#define PLUMBLINE_COMMON_YAML_YAML_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace plumbline::yaml {

// Reads one document into `message` (cleared first; left empty on error). Field names in
// lowerCamelCase or as in the proto; a key without a value leaves its field unset. Errors:
// FIELD_INVALID; each violation's field is the path in proto names ("root.sequence.nodes[2].id", ""
// for the document) and its description begins with "line L, column C: " (columns count bytes); all
// violations of a document are listed (up to 50). Refused: unknown and duplicate keys, values of
// the wrong type or out of range, two members of a oneof, anchors, aliases and tags, more than one
// document, nesting deeper than 100, more than 200,000 nodes, text that is not UTF-8, control
// characters, an empty document, messages without a fixed shape (Struct, Value, ListValue, Any).
// `source` names the file in messages. O(size of text).
absl::Status Parse(absl::string_view source, absl::string_view text,
                   google::protobuf::Message* message);

// The text of the scalar under a key of the document's top level, before it is known which message
// the document holds; "" if there is none. Errors as of Parse, but for what depends on the message
// and for what stands behind the key, at which nobody looks.
absl::StatusOr<std::string> ReadKey(absl::string_view source, absl::string_view text,
                                    absl::string_view key);

// The opposite: block style, fields in the order of the proto, defaults left out, strings quoted
// only where some YAML reader could take them for something else, long texts in folded or literal
// style. The same message gives the same text. Parse(Format(m)) equals m. O(size of message).
std::string Format(const google::protobuf::Message& message);

// Sets one singular field of `message` (no message, but Duration, Timestamp and FieldMask may be)
// from the text that would stand for it in YAML, without quotes. FIELD_INVALID names `source` as
// the field and says what was expected.
absl::Status ParseScalar(absl::string_view source, absl::string_view text,
                         const google::protobuf::FieldDescriptor& field,
                         google::protobuf::Message* message);

// Where something stands, counted from 1; columns count bytes.
struct Place {
  int line = 1;
  int column = 1;
};

// Where the field `path` ("root.sequence.nodes[2].id", as errors name it) stands in the YAML
// `text`: its key, or the item of a list. Of a field that is not there, the place of the nearest
// one around it that is. Nothing if the text is no YAML document. O(size of text).
std::optional<Place> Locate(absl::string_view text, absl::string_view path);

// Whether ParseScalar can set the field.
bool IsScalar(const google::protobuf::FieldDescriptor& field);

}  // namespace plumbline::yaml

#endif  // PLUMBLINE_COMMON_YAML_YAML_H_
