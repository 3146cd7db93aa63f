// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/resource/message_fields.h"

#include <memory>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/protobuf/wire_format_lite.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::unique_ptr<Message> CopyOf(const Message& message) {
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

}  // namespace

void CopyFields(const Message& from, absl::Span<const std::string> fields, Message* to) {
  const std::unique_ptr<Message> copy = CopyOf(from);
  std::vector<const FieldDescriptor*> swapped;
  for (const std::string& field : fields)
    swapped.push_back(from.GetDescriptor()->FindFieldByName(field));
  from.GetReflection()->SwapFields(copy.get(), to, swapped);
}

void CopyFields(const Message& from, absl::Span<const absl::string_view> fields, Message* to) {
  CopyFields(from, std::vector<std::string>(fields.begin(), fields.end()), to);
}

std::vector<std::string> ChangedFields(const Message& a, const Message& b,
                                       absl::Span<const absl::string_view> fields) {
  const std::unique_ptr<Message> rest_a = CopyOf(a), rest_b = CopyOf(b);
  std::vector<std::string> changed;
  for (const absl::string_view field : fields) {
    const FieldDescriptor* const descriptor =
        a.GetDescriptor()->FindFieldByName(std::string(field));
    const std::unique_ptr<Message> of_a(a.New()), of_b(b.New());
    a.GetReflection()->SwapFields(rest_a.get(), of_a.get(), {descriptor});
    b.GetReflection()->SwapFields(rest_b.get(), of_b.get(), {descriptor});
    if (!google::protobuf::util::MessageDifferencer::Equals(*of_a, *of_b))
      changed.emplace_back(field);
  }
  return changed;
}

std::string SerializeForComparison(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::string KeepFields(absl::string_view bytes, absl::FunctionRef<bool(int number)> keeps) {
  using google::protobuf::internal::WireFormatLite;
  std::string kept;
  kept.reserve(bytes.size());
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  for (int begin = 0; const uint32_t tag = input.ReadTag(); begin = input.CurrentPosition()) {
    if (!WireFormatLite::SkipField(&input, tag)) break;
    if (keeps(WireFormatLite::GetTagFieldNumber(tag)))
      kept.append(bytes.data() + begin, static_cast<size_t>(input.CurrentPosition() - begin));
  }
  return kept;
}

}  // namespace plumbline::catalog
