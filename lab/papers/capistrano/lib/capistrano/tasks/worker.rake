namespace :worker do
  desc 'Installs the units of the worker and of the digest'
  task :install do
    on roles(:worker) do
      upload! 'config/units/chat-digest.service', '/tmp/chat-digest.service'
      upload! 'config/units/chat-digest.timer', '/tmp/chat-digest.timer'
      execute :sudo, :mv, '/tmp/chat-digest.service', '/etc/systemd/system/chat-digest.service'
      execute :sudo, :mv, '/tmp/chat-digest.timer', '/etc/systemd/system/chat-digest.timer'
      unit = ERB.new(File.read('config/units/chat-worker.service.erb')).result(binding)
      upload! StringIO.new(unit), '/tmp/chat-worker.service'
      execute :sudo, :mv, '/tmp/chat-worker.service', '/etc/systemd/system/chat-worker.service'
      execute 'sudo systemctl daemon-reload'
      execute 'sudo systemctl enable chat-worker.service chat-digest.timer'
    end
  end

  %w[start stop restart].each do |command|
    desc "#{command} worker"
    task command do
      on roles(:worker) do
        sudo :systemctl, command, 'chat-worker'
      end
    end
  end

  after 'deploy:published', 'worker:restart'
end
