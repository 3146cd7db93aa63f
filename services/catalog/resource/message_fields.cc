// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/resource/message_fields.h"

#include <map>
#include <memory>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
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

// `visit` gets the number and the bytes of every top-level field of a serialised message.
void ForEachField(absl::string_view bytes,
                  absl::FunctionRef<void(int number, absl::string_view field)> visit) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  for (int begin = 0; const uint32_t tag = input.ReadTag(); begin = input.CurrentPosition()) {
    if (!WireFormatLite::SkipField(&input, tag)) break;
    visit(WireFormatLite::GetTagFieldNumber(tag),
          bytes.substr(static_cast<size_t>(begin),
                       static_cast<size_t>(input.CurrentPosition() - begin)));
  }
}

// Repeated fields and maps stand there several times.
std::map<int, std::string> BytesByField(absl::string_view bytes) {
  std::map<int, std::string> fields;
  ForEachField(bytes, [&](int number, absl::string_view field) {
    fields[number].append(field.data(), field.size());
  });
  return fields;
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
  const std::string bytes_a = SerializeForComparison(a), bytes_b = SerializeForComparison(b);
  const std::map<int, std::string> of_a = BytesByField(bytes_a), of_b = BytesByField(bytes_b);
  const auto bytes_of = [](const std::map<int, std::string>& all, int number) {
    const auto found = all.find(number);
    return found == all.end() ? absl::string_view() : absl::string_view(found->second);
  };
  std::vector<std::string> changed;
  for (const absl::string_view field : fields) {
    const int number = a.GetDescriptor()->FindFieldByName(std::string(field))->number();
    if (bytes_of(of_a, number) != bytes_of(of_b, number)) changed.emplace_back(field);
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
  std::string kept;
  kept.reserve(bytes.size());
  ForEachField(bytes, [&](int number, absl::string_view field) {
    if (keeps(number)) kept.append(field.data(), field.size());
  });
  return kept;
}

}  // namespace plumbline::catalog
