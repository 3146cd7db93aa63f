// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/message_parts.h"

#include <cstdint>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace plumbline::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Parsers go no deeper.
constexpr int kDepth = 100;

class Counter {
 public:
  explicit Counter(CodedInputStream& input) : input_(input) {}

  // Up to the end of the message. False: it is broken.
  bool Message(const Descriptor& type, int depth) {
    if (depth > kDepth) return false;
    while (const uint32_t tag = input_.ReadTag()) {
      const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
      if (!Field(tag, field, depth)) return false;
    }
    return input_.ConsumedEntireMessage();
  }
  size_t parts() const { return parts_; }

 private:
  bool Field(uint32_t tag, const FieldDescriptor* field, int depth) {
    const bool message =
        field != nullptr && field->type() == FieldDescriptor::TYPE_MESSAGE &&
        WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
    if (message || (field != nullptr && field->is_repeated())) ++parts_;
    if (!message) return WireFormatLite::SkipField(&input_, tag);
    uint32_t size;
    if (!input_.ReadVarint32(&size)) return false;
    const auto limit = input_.PushLimit(static_cast<int>(size));
    const bool whole = Message(*field->message_type(), depth + 1);
    input_.PopLimit(limit);
    return whole;
  }

  CodedInputStream& input_;
  size_t parts_ = 0;
};

}  // namespace

size_t CountParts(absl::string_view bytes, const Descriptor& type) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  Counter counter(input);
  counter.Message(type, 0);
  return counter.parts();
}

}  // namespace plumbline::rpc
