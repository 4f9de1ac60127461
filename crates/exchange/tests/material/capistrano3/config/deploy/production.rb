server "wiki.example.test", user: "deploy", roles: %w{app db web}
