// node cdk_nag.js TEMPLATE OUT: the HIPAA rules that a CloudFormation template breaks, as JSON on standard output.
const { App, Aspects, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { HIPAASecurityChecks } = require("cdk-nag");

const [templateFile, outdir] = process.argv.slice(2);
const found = [];
const note = (data, title) =>
  found.push({ rule: data.ruleId, resource: Stack.of(data.resource).resolve(data.resource.logicalId), title });
const logger = {
  onCompliance() {},
  onNotApplicable() {},
  onSuppressed: (data) => note(data, data.ruleInfo),
  onSuppressedError: (data) => note(data, data.errorMessage),
  onNonCompliance: (data) => note(data, data.ruleInfo),
  onError: (data) => note(data, `could not be checked: ${data.errorMessage}`),
};

const app = new App({ outdir });
const stack = new Stack(app, "Stack");
new CfnInclude(stack, "Template", { templateFile });
Aspects.of(app).add(new HIPAASecurityChecks({ reports: false, additionalLoggers: [logger] }));
app.synth();
console.log(JSON.stringify(found));
