// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_RPC_BPMN_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_RPC_BPMN_H_

#include "common/rpc/method_table.h"
#include "services/catalog/processes/reader.h"
#include "services/catalog/processes/writer.h"

namespace plumbline::catalog {

// Adds the BPMN methods of CatalogService. `reader` and `writer` must outlive the table.
void RegisterBpmnMethods(Reader& reader, Writer& writer, rpc::MethodTable* table);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_RPC_BPMN_H_
