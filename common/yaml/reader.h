// SPDX-License-Identifier: Apache-2.0
//
// From a document to a message, by the message's descriptor. Private to this folder.
#ifndef PLUMBLINE_COMMON_YAML_READER_H_
#define PLUMBLINE_COMMON_YAML_READER_H_

#include <vector>

#include "common/yaml/document.h"
#include "google/protobuf/message.h"

namespace plumbline::yaml {

// Fills `message` from `root`; appends what does not fit to `problems`. O(nodes).
void ReadMessage(const Value& root, google::protobuf::Message* message,
                 std::vector<Problem>* problems);

}  // namespace plumbline::yaml

#endif  // PLUMBLINE_COMMON_YAML_READER_H_
