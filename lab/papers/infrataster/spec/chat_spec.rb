require 'spec_helper'

describe server(:web) do
  describe http('http://chat.example.test/healthz') do
    it 'is alive' do
      expect(response.status).to eq(200)
    end
  end

  describe http('http://chat.example.test/rooms') do
    it 'asks for a login' do
      expect(response.status).to eq(302)
    end
  end

  describe http('http://chat.example.test/uploads') do
    it { expect(response.status).to eq(403) }
  end

  describe http('http://old-chat.example.test/') do
    it 'redirects to the new name' do
      expect(response.status).to eq(301)
      expect(response.headers['location']).to eq('https://chat.example.test/')
    end
  end

  describe http('http://static.example.test/', headers: { 'Accept-Encoding' => 'identity' }) do
    it 'serves pages' do
      expect(response.status).to eq(200)
      expect(response.body).to include('<h1>static</h1>')
      expect(response.headers['content-type']).to match(/text\/html/)
    end
  end
end
