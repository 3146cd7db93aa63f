// SPDX-License-Identifier: Apache-2.0
//
// A part of a program may bring a configuration message of its own: for whoever writes a file, a
// variable or a flag it is a field of the program's message like the others.
#ifndef PLUMBLINE_COMMON_CONFIG_COMPOSED_H_
#define PLUMBLINE_COMMON_CONFIG_COMPOSED_H_

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/message.h"

namespace plumbline::config {

// `name` is the field's, in proto names: "feeds". The message is of a generated type and outlives
// what is composed of it.
struct Section {
  std::string name;
  google::protobuf::Message* message = nullptr;
};

// One message with the fields of `config` and, behind them, a field for each section. For Load,
// FormatMasked and FlagsHelp; the fields are the same descriptors as before, so that options such
// as (secret) hold.
class Composed {
 public:
  // Ends the program if a section has the name of a field: a fault of the programmer.
  Composed(google::protobuf::Message* config, const std::vector<Section>& sections);

  google::protobuf::Message* message() { return whole_.get(); }
  // Puts what `message` holds into `config` and the sections. A section that was not mentioned is
  // cleared.
  void TakeApart() const;

 private:
  google::protobuf::Message* const config_;
  const std::vector<Section> sections_;
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
  std::unique_ptr<google::protobuf::Message> whole_;
};

}  // namespace plumbline::config

#endif  // PLUMBLINE_COMMON_CONFIG_COMPOSED_H_
