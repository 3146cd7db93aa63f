// SPDX-License-Identifier: Apache-2.0
//
// What differs between two messages, in lines for people.
#ifndef PLUMBLINE_CLIENTS_CLI_MESSAGE_CHANGES_H_
#define PLUMBLINE_CLIENTS_CLI_MESSAGE_CHANGES_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace plumbline::cli {

// "owner: 'a' -> 'b'", "+ labels.area: 'x'", "- checklist[quote]", "checklist[quote].title: ..."
// for every field that differs, in the order of the proto. Elements of lists are told apart by
// their field `id`, where they have one; else the list is told as a whole. Names of fields are
// those of files (lowerCamelCase). Both messages are of one type. O(size of both).
std::vector<std::string> MessageChanges(const google::protobuf::Message& before,
                                        const google::protobuf::Message& after);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_MESSAGE_CHANGES_H_
