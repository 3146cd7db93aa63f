// SPDX-License-Identifier: Apache-2.0
//
// export: a process as a file for other programs.
#include <memory>
#include <ostream>
#include <string>

#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

absl::Status ExportBpmn(Session& session, const std::string& name) {
  catalog::v1::ExportProcessBpmnRequest request;
  session.wording().Call({{"name", "PROCESS"}});
  request.set_name(session.FullName("processes", name));
  catalog::v1::ExportProcessBpmnResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "ExportProcessBpmn", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << response.xml();
  }
  return absl::OkStatus();
}

absl::Status ExportYaml(Session& session, const std::string& name) {
  catalog::v1::GetProcessRequest request;
  session.wording().Call({{"name", "PROCESS"}});
  request.set_name(session.FullName("processes", name));
  catalog::v1::GetProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", request, &response));
  if (session.json()) {
    session.PrintJson(response.process());
  } else {
    session.out() << yaml::Format(response.process());
  }
  return absl::OkStatus();
}

}  // namespace

void AddExportCommand(CLI::App& app, Action* action) {
  auto name = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("yaml");
  CLI::App* command = app.add_subcommand("export", "Write a process as a file, YAML or BPMN");
  command->group("Draw");
  command->add_option("PROCESS", *name, "Its id, with @REVISION or @latest if not the draft")
      ->required();
  Takes(command
            ->add_option("--format", *format,
                         "yaml (default), or bpmn: BPMN 2.0 with its diagram; apply reads both")
            ->check(CLI::IsMember({"yaml", "bpmn"})),
        "FORMAT");
  AddExamples(*command,
              {{"plumbline export renewal --format bpmn > renewal.bpmn", "for a BPMN modeller"},
               {"plumbline export renewal@3 > renewal.yaml", "a revision, to be applied again"}});
  command->callback([=] {
    *action = [=](Session& s) {
      return *format == "bpmn" ? ExportBpmn(s, *name) : ExportYaml(s, *name);
    };
  });
}

}  // namespace plumbline::cli
