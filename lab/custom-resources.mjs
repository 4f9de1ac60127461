// Checks resources that no Kubernetes has by itself, a gateway's and External Secrets', against the schemas of their
// definitions, as @kubernetes-models on npm has them.
//
// usage: node lab/custom-resources.mjs MODELS FILE…      MODELS has the packages in its node_modules
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [models, ...files] = process.argv.slice(2);
const yaml = createRequire(resolve(models, 'package.json'))('js-yaml');

const packages = { 'gateway.networking.k8s.io': 'gateway-api', 'external-secrets.io': 'external-secrets' };

async function wrong(document) {
    const [group, version] = document.apiVersion.split('/');
    const at = `node_modules/@kubernetes-models/${packages[group]}/${group}/${version}/index.js`;
    const Model = (await import(pathToFileURL(resolve(models, at))))[document.kind];
    try {
        new Model(document).validate();
    } catch (error) {
        return error.message;
    }
    return undefined;
}

let seen = 0;
let bad = 0;
for (const file of files) {
    for (const document of yaml.loadAll(readFileSync(file, 'utf8')).filter(Boolean)) {
        seen += 1;
        const error = await wrong(document);
        if (error) console.log(`  ${file}: ${document.kind} ${document.metadata.name}: ${error}`);
        // One that is no such thing must be found, or this checks nothing.
        const found = await wrong({ ...document, spec: 'x' });
        if (!found) console.log(`  ${file}: ${document.kind} with a word as its spec is not found to be wrong`);
        bad += Boolean(error) + !found;
    }
}
console.log(`${seen} custom resources: ${bad} wrong`);
process.exit(bad || !seen ? 1 : 0);
